import assert from 'node:assert/strict'
import type { AthenaLake } from './athena-lake.ts'
import type { prepareFirehose } from './firehose-lake.ts'

const writers = 4
const readers = 3
/** On a busy machine a race goes on until it has proven something, up to this. */
const longestMs = 120_000

export interface Race {
  readonly lake: AthenaLake
  readonly front: Awaited<ReturnType<typeof prepareFirehose>>
  /** A table and a delivery stream of this name. */
  readonly table: string
  readonly durationMs: number
}

/** Of each writer, how many records were acknowledged. */
type Counts = Map<number, number>

/**
 * Each writer puts 0, 1, 2, … one after another; each reader asks for all. What was acknowledged before the question must be in the answer, and what is in the answer must
 * be there once and without a gap.
 */
export async function race({ lake, front, table, durationMs }: Race) {
  const acknowledged: Counts = new Map()
  const end = performance.now() + durationMs
  let hasFailed = false
  let questions = 0
  let proofs = 0
  const goesOn = () => {
    const now = performance.now()
    return !hasFailed && (now < end || (proofs === 0 && now < end + longestMs))
  }
  const write = async (writer: number) => {
    for (let n = 0; goesOn(); n += 1) {
      await front.put(table, [`{"writer":${writer},"n":${n}}\n`])
      acknowledged.set(writer, n + 1)
    }
  }
  const read = async () => {
    while (goesOn()) {
      const known = new Map(acknowledged)
      const rows = await lake.run(
        `SELECT writer, count(*), count(DISTINCT n), max(n) FROM ${table} GROUP BY writer`,
      )
      const found = new Map(rows.map(([writer, ...rest]) => [Number(writer), rest.map(Number)]))
      for (const [writer, count] of known) {
        const [all, distinct, max] = found.get(writer) ?? [0, 0, -1]
        const what = `${table}, writer ${writer}: ${count} were acknowledged before the question`
        assert.ok(max! + 1 >= count, `${what}, the newest of the answer is ${max}`)
        assert.equal(all, max! + 1, `${what}, a gap or a double`)
        assert.equal(distinct, all, `${what}, a double`)
        proofs += count
      }
      questions += 1
    }
  }
  const racers = [
    ...Array.from({ length: writers }, (_, writer) => write(writer)),
    ...Array.from({ length: readers }, read),
  ]
  // Who fails ends it for all: none may go on beside what comes next.
  await Promise.all(racers.map((racer) => racer.catch(() => (hasFailed = true))))
  await Promise.all(racers)
  const records = [...acknowledged.values()].reduce((sum, count) => sum + count, 0)
  const flushes = (await front.keys(`${table}/`)).length
  return { table, records, questions, proofs, flushes }
}

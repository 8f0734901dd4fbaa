import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { TailCut, Tails } from '#ingestion/delivery'
import { poll } from '../harness/index.ts'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { prepareFirehose } from './firehose-lake.ts'
import { race } from './hot-tail-racers.ts'

/**
 * Whether the race (`hot-tail-race.test.ts`) would find a cut that is not one: each way of getting it wrong is put in the place of what is right, and deliveries
 * are made to commit at the one moment at which it matters. That it finds nothing wrong otherwise is part of the proof.
 */
const wrongs: Readonly<Record<string, (tails: Tails) => Tails['cut']>> = {
  'whose end is not checked': (tails) => async (tables, options) => {
    const cut = await tails.cut(tables, options)
    return cut && changed(cut, { settle: async () => (await cut.settle(), true) })
  },
  'that is made after the files were listed': (tails) => async (tables) => {
    const early = await tails.cut(tables)
    if (!early) return undefined
    let late: TailCut | undefined
    return {
      settle: async () => {
        await nextCommit()
        late = await tails.cut(tables)
        return true
      },
      read: async (signal) => (late ? late.read(signal) : { objects: [], rows: [] }),
      [Symbol.asyncDispose]: async () => {
        await late?.[Symbol.asyncDispose]()
        await early[Symbol.asyncDispose]()
      },
    }
  },
  'that leaves the tail out': () => async () => undefined,
}

let lake: AthenaLake
let front: Awaited<ReturnType<typeof prepareFirehose>>
let wrong: string | undefined
let commits = 0

/** Resolves when a delivery has committed that had not when this was called; or after a while, for when nothing is put any more. */
async function nextCommit(): Promise<void> {
  const before = commits
  const endMs = performance.now() + 5000
  await poll('a delivery', () => commits > before || performance.now() > endMs, { intervalMs: 2 })
}

function changed(cut: TailCut, change: Partial<TailCut>): TailCut {
  return {
    settle: () => cut.settle(),
    read: (signal) => cut.read(signal),
    [Symbol.asyncDispose]: () => cut[Symbol.asyncDispose](),
    ...change,
  }
}

before(async () => {
  lake = await startAthenaLake({
    onDeliveryStep: (step) => void (commits += step === 'committed' ? 1 : 0),
    // Between the cut and the listing. (A cut that holds deliveries back is not made before three others have failed, so only a sound one is.)
    onHotCut: () => (wrong === undefined ? undefined : nextCommit()),
    wrapTails: (tails) => ({
      ...tails,
      cut: (tables, options) =>
        wrong === undefined ? tails.cut(tables, options) : wrongs[wrong]!(tails)(tables, options),
    }),
  })
  front = await prepareFirehose(lake.lake, 'race')
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

for (const name of Object.keys(wrongs)) {
  test(`the race finds a cut ${name}, and nothing wrong with a sound one`, async () => {
    const table = `wrong_${Object.keys(wrongs).indexOf(name)}`
    await lake.run(
      `CREATE EXTERNAL TABLE ${table} (writer int, n int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://race/${table}/'`,
    )
    await front.create(table, { Prefix: `${table}/` })
    wrong = name
    try {
      await assert.rejects(
        race({ lake, front, table, durationMs: 120_000 }),
        (error: Error) =>
          error.name === 'AssertionError' &&
          /a gap or a double|a double|were acknowledged before the question/.test(error.message),
      )
    } finally {
      wrong = undefined
    }
    const sound = `sound_${table}`
    await lake.run(
      `CREATE EXTERNAL TABLE ${sound} (writer int, n int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://race/${sound}/'`,
    )
    await front.create(sound, { Prefix: `${sound}/` })
    const { questions, proofs } = await race({ lake, front, table: sound, durationMs: 1500 })
    assert.ok(questions > 0 && proofs > 0)
  })
}

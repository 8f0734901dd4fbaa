import assert from 'node:assert/strict'
import { test } from 'node:test'
import { poll } from '#test/harness'
import { FunctionErrors } from '../errors.ts'
import { inLake, scope } from './mappings.fixture.ts'

const keys = ['a', 'b', 'c', 'd', 'e', 'f']
const rounds = 8
const sentByRound = 30
const tumblingMs = 2000

interface Event {
  readonly Records: readonly { readonly kinesis: { readonly sequenceNumber: string } }[]
}

test('whatever is changed of a mapping at work, each record is given, and none for the first time after a later one of its key', async (t) => {
  const seen = new Map<string, number[]>(keys.map((key) => [key, []]))
  let calls = 0
  /** Each ninth call finds no room, and each third leaves the second half. */
  const call = async (texts: readonly string[], { payload }: { readonly payload: Uint8Array }) => {
    calls += 1
    if (calls % 9 === 0) throw FunctionErrors.FunctionThrottled('Rate Exceeded.')
    const { Records } = JSON.parse(Buffer.from(payload).toString()) as Event
    const taken = calls % 3 === 0 ? Math.floor(texts.length / 2) : texts.length
    for (const text of texts.slice(0, taken)) seen.get(text[0]!)!.push(Number(text.slice(1)))
    const failed = Records[taken]?.kinesis.sequenceNumber
    const batchItemFailures = failed === undefined ? [] : [{ itemIdentifier: failed }]
    return { state: {}, batchItemFailures }
  }
  await inLake(call, async ({ create, put, streams, mappings }) => {
    const { mapping } = await create({ reportsFailures: true, bisects: true, parallelization: 2 })
    const change = (own: object) =>
      mappings.update(scope, mapping.id, ({ settings }) => ({ ...settings, ...own }))
    let sent = 0
    for (let round = 0; round < rounds; round += 1) {
      for (const end = sent + sentByRound; sent < end; sent += 1) {
        await put(keys.map((key) => `${key}${sent}`))
      }
      if (round % 4 === 1) {
        const open = (await streams.find(scope, { name: 's' })).shards.at(-1)!
        const newStartingHashKey = (open.startingHashKey + open.endingHashKey) / 2n
        const split = { shardId: open.id, newStartingHashKey }
        await streams.reshard.split(scope, { name: 's' }, split)
      }
      const hasWindows = round % 3 === 2
      await Promise.all([
        change({ enabled: round % 4 !== 3, batchSize: 1 + ((round * 7) % 40) }),
        change({
          parallelization: hasWindows ? 1 : 1 + (round % 4),
          tumblingMs: hasWindows ? tumblingMs : undefined,
        }),
      ])
    }
    await change({ enabled: true, tumblingMs: undefined, parallelization: 3, batchSize: 100 })
    const all = () => keys.every((key) => new Set(seen.get(key)).size === sent)
    await poll('all records', all)
    for (const key of keys) {
      let next = 0
      for (const n of seen.get(key)!) {
        assert.ok(n <= next, `${key}: ${n} came before ${next}`)
        if (n === next) next += 1
      }
    }
    t.diagnostic(`${sent * keys.length} records, ${calls} calls`)
  })
})

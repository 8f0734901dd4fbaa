import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bare, inLake, scope, settings, until } from './delivery-lake.fixture.ts'
import type { DeliverySettings } from './records.ts'
import type { FunctionCaller } from './transforms/function-caller.ts'

interface Sent {
  readonly recordId: string
  readonly data: string
}

/** A function that partitions records by what it makes of their texts; `undefined` is an answer without keys. */
function partitioning(keyOf: (text: string) => string | undefined): FunctionCaller {
  return {
    call: async ({ payload }) => {
      const { records } = JSON.parse(Buffer.from(payload).toString()) as { records: Sent[] }
      const answers = records.map(({ recordId, data }) => ({
        recordId,
        result: 'Ok',
        data,
        metadata: { partitionKeys: { key: keyOf(Buffer.from(data, 'base64').toString()) } },
      }))
      return { payload: Buffer.from(JSON.stringify({ records: answers })) }
    },
  }
}

const partitioned: DeliverySettings = {
  target: {
    ...settings(0).target,
    prefix: '!{partitionKeyFromLambda:key}/',
    errorPrefix: 'wrong/!{firehose:error-output-type}/',
    partitioned: true,
  },
  transforms: [
    { kind: 'lambda', functionArn: 'f', roleArn: 'r', retriesMax: 0, bufferBytes: 1 << 20 },
  ],
}

/** What is delivered of records, by key: the texts of objects. */
async function delivered(
  keyOf: (text: string) => string | undefined,
  records: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  await inLake({ functions: partitioning(keyOf) }, async ({ delivery, keys, text }) => {
    const ref = { ...scope, name: 'd' }
    await delivery.create(ref, { ...bare, source: { kind: 'direct' }, settings: partitioned })
    await delivery.put(
      ref,
      records.map((record) => Buffer.from(record)),
    )
    await until(() => (delivery.state(ref).target?.deliveredRecords ? true : undefined))
    for (const key of await keys()) found.set(key, await text(key))
  })
  return found
}

test('partition keys that become the same when they are kept share an object', async () => {
  const keyOf = (text: string) => (text === 'a' ? '\ud800' : '\ud801')
  const found = await delivered(keyOf, ['a', 'b'])
  assert.deepEqual([...found.values()], ['a b '])
  assert.match([...found.keys()][0]!, /^\ufffd\//)
})

test('a record whose key is longer than one may be goes to the errors, and holds up no other', async () => {
  const keyOf = (text: string) => (text === 'a' ? '\u4e2d'.repeat(400) : text)
  const found = await delivered(keyOf, ['a', 'b'])
  const [good, wrong] = [...found.keys()]
  assert.equal(found.get(good!), 'b ')
  const { errorCode, rawData } = JSON.parse(found.get(wrong!)!)
  assert.equal(errorCode, 'DynamicPartitioning.PrefixTooLong')
  assert.equal(Buffer.from(rawData, 'base64').toString(), 'a')
})

test('records that are partitioned to where the errors are take the place of none', async () => {
  const keyOf = (text: string) => (text === 'a' ? 'wrong/processing-failed' : undefined)
  const found = await delivered(keyOf, ['a', 'b'])
  const texts = [...found.values()]
  assert.equal(texts.length, 2)
  assert.ok(texts.includes('a '))
  assert.ok(texts.some((text) => text.includes('"errorCode":"DynamicPartitioning.MissingKey"')))
})

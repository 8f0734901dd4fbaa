import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DeliveryRecord } from '../delivery-record.ts'
import type { DeliveryStream } from '../records.ts'
import type { FunctionCall, FunctionFailure } from './function-caller.ts'
import { lambdaTransform, type LambdaParts, type LambdaSettings } from './lambda.ts'
import type { Outcome } from './transform.ts'

const functionArn = 'arn:aws:lambda:us-east-1:123456789012:function:f'
const stream = {
  accountId: '123456789012',
  region: 'us-east-1',
  name: 's',
  source: { kind: 'direct' },
} as DeliveryStream

interface Sent {
  readonly recordId: string
  readonly data: string
}

/** What the transform makes of texts when the function answers so; and what the function was sent. */
async function run(
  texts: readonly string[],
  answer: (records: readonly Sent[], call: number) => unknown,
  more: Partial<LambdaSettings> = {},
  numbersOf: LambdaParts['numbersOf'] = async () => undefined,
) {
  const calls: Sent[][] = []
  const transform = lambdaTransform(
    { kind: 'lambda', functionArn, roleArn: 'r', retriesMax: 2, bufferBytes: 100, ...more },
    {
      numbersOf,
      functions: {
        call: async ({ payload }: FunctionCall) => {
          const { records } = JSON.parse(Buffer.from(payload).toString()) as { records: Sent[] }
          calls.push(records)
          const said = answer(records, calls.length)
          if (said instanceof Uint8Array) return { payload: said }
          if ('code' in (said as object)) return said as FunctionFailure
          return { payload: Buffer.from(JSON.stringify(said)) }
        },
      },
    },
  )
  const records = texts.map((text, index): DeliveryRecord => ({
    shardId: 'shardId-000000000000',
    sequence: BigInt(index + 1),
    partitionKey: 'p',
    arrivalMs: 1000,
    data: Buffer.from(text),
  }))
  const { signal } = new AbortController()
  const outcomes = await transform.apply(records, { stream, batchId: 'b', signal })
  return { outcomes, calls }
}

const ok = (record: Sent, text: string) => ({
  recordId: record.recordId,
  result: 'Ok',
  data: Buffer.from(text).toString('base64'),
})
const shown = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => {
    if (outcome.status === 'Dropped') return 'Dropped'
    if (outcome.status === 'ProcessingFailed') {
      return `${outcome.failure.code} ${outcome.failure.attempts}`
    }
    return Buffer.from(outcome.records[0]!.data).toString()
  })

test('each record has the outcome that the answer gives it, whatever its order', async () => {
  const { outcomes } = await run(['a', 'b', 'c', 'd'], (records) => ({
    records: [
      { recordId: records[3]!.recordId, result: 'ProcessingFailed' },
      ok(records[1]!, 'B'),
      { recordId: records[0]!.recordId, result: 'Dropped' },
      { ...ok(records[2]!, 'C'), metadata: { partitionKeys: { year: 2026, name: 'x' } } },
    ],
  }))
  assert.deepEqual(shown(outcomes), ['Dropped', 'B', 'C', 'Lambda.ProcessingFailedStatus 1'])
  const third = outcomes[2]!
  assert.ok(third.status === 'Ok')
  assert.deepEqual(third.records[0]!.keys, { lambda: { year: '2026', name: 'x' } })
  assert.equal(Buffer.from(third.records[0]!.raw!).toString(), 'c')
})

test('an answer that names records wrongly fails those that it does not name rightly', async () => {
  const { outcomes } = await run(['a', 'b', 'c', 'd', 'e'], (records) => ({
    records: [
      ok(records[0]!, 'A'),
      ok(records[1]!, 'B'),
      ok(records[1]!, 'B again'),
      { ...ok(records[2]!, 'C'), recordId: 'another' },
      { ...ok(records[3]!, 'D'), data: 'no base64!' },
      { ...ok(records[4]!, 'E'), result: 'fine' },
    ],
  }))
  assert.deepEqual(shown(outcomes), [
    'A',
    'Lambda.DuplicatedRecordId 1',
    'Lambda.MissingRecordId 1',
    'Lambda.JsonProcessingException 1',
    'Lambda.JsonProcessingException 1',
  ])
  for (const wrong of [
    {},
    { records: 'x' },
    { records: [1] },
    { records: [{}] },
    null,
    Buffer.from('{'),
  ]) {
    const { outcomes: all, calls } = await run(['a', 'b'], () => wrong ?? Buffer.from('null'))
    assert.deepEqual(shown(all), Array(2).fill('Lambda.JsonProcessingException 1'))
    assert.equal(calls.length, 1)
  }
})

test('a call that fails is tried again, as often as it may be', async () => {
  const failure = { code: 'Lambda.FunctionError', message: 'no' }
  const second = await run(['a'], (records, call) =>
    call === 1 ? failure : { records: [ok(records[0]!, 'A')] },
  )
  assert.deepEqual([shown(second.outcomes), second.calls.length], [['A'], 2])
  const never = await run(['a', 'b'], () => failure)
  assert.deepEqual(shown(never.outcomes), Array(2).fill('Lambda.FunctionError 3'))
  const none = await run(['a'], () => failure, { retriesMax: 0 })
  assert.deepEqual(shown(none.outcomes), ['Lambda.FunctionError 1'])
})

test('calls hold as much as the hint says, and outcomes keep the order', async () => {
  const texts = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(40, '.'))
  const { outcomes, calls } = await run(texts, (records) => ({
    records: records.map((record) => ok(record, Buffer.from(record.data, 'base64').toString())),
  }))
  assert.equal(calls.length, 10)
  assert.ok(calls.every((records) => records.length === 2))
  assert.deepEqual(shown(outcomes), texts)
  const ids = new Set(calls.flat().map(({ recordId }) => recordId))
  assert.equal(ids.size, 20)
  const large = await run(['x'.repeat(5_000_000)], () => assert.fail(), { bufferBytes: 3e6 })
  assert.deepEqual(shown(large.outcomes), ['Lambda.RequestTooLarge 0'])
})

test('records that are small beside what stands around them are given in more calls', async () => {
  const texts = Array.from({ length: 10_000 }, (_, index) => `${index}`.padEnd(300, '.'))
  const numbersOf = async () => () => '9'.repeat(56)
  const echo = (records: readonly Sent[]) => ({
    records: records.map((record) => ok(record, Buffer.from(record.data, 'base64').toString())),
  })
  const { outcomes, calls } = await run(texts, echo, { bufferBytes: 3e6 }, numbersOf)
  assert.deepEqual(shown(outcomes), texts)
  assert.deepEqual(
    calls.map((records) => records.length),
    [5000, 5000],
  )
})

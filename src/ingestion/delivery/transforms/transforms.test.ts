import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { DeliveryRecord, FailedRecord, RecordSet } from '../delivery-record.ts'
import type { DeliveryStream, TransformSettings } from '../records.ts'
import { createTransforms } from './create-transforms.ts'
import { runTransforms } from './run-transforms.ts'
import type { Transform } from './transform.ts'

const stream = {} as DeliveryStream
const parts = {
  functions: { call: async () => ({ code: 'Lambda.ResourceNotFound', message: 'none' }) },
  numbersOf: async () => undefined,
}

function recordOf(data: Uint8Array | string, sequence: number): DeliveryRecord {
  return {
    partitionKey: 'key',
    shardId: 'shardId-000000000000',
    sequence: BigInt(sequence),
    arrivalMs: 1000 + sequence,
    data: Buffer.from(data),
  }
}

/** What comes out behind the transforms, and what was set aside. */
async function run(
  transforms: readonly TransformSettings[],
  data: readonly (Uint8Array | string)[],
) {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-transforms-'))
  try {
    const { signal } = new AbortController()
    const failed: FailedRecord[] = []
    const source: RecordSet = {
      async *pages() {
        for (let at = 0; at < data.length; at += 2) {
          yield data.slice(at, at + 2).map((each, index) => recordOf(each, at + index + 1))
        }
      },
    }
    const settings = { target: {} as never, transforms }
    const set = await runTransforms(source, createTransforms(settings, parts), {
      folder,
      context: { stream, batchId: 'b', signal },
      onFailed: async (some) => void failed.push(...some),
    })
    const pages = async () => {
      const records: DeliveryRecord[] = []
      for await (const page of set.pages(signal)) records.push(...page)
      return records
    }
    const records = await pages()
    assert.deepEqual(await pages(), records, 'every reading gives the same')
    return { records, failed }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const texts = (records: readonly DeliveryRecord[]) =>
  records.map(({ data }) => Buffer.from(data).toString())

test('JSON texts in one record become records, each failing for itself', async () => {
  const { records, failed } = await run(
    [{ kind: 'deaggregation', subRecords: 'JSON' }],
    ['{"a":"}{"}\n[1,{"b":2}] {"c":"\\""}', 'text', '{"d":', '', '{"e":1}'],
  )
  assert.deepEqual(texts(records), ['{"a":"}{"}', '[1,{"b":2}]', '{"c":"\\""}', '{"e":1}'])
  assert.deepEqual(
    records.map(({ sequence, subSequence, arrivalMs }) => [sequence, subSequence, arrivalMs]),
    [
      [1n, 0, 1001],
      [1n, 1, 1001],
      [1n, 2, 1001],
      [5n, 0, 1005],
    ],
  )
  assert.deepEqual(
    failed.map(({ record, failure }) => [record.sequence, failure.code]),
    [
      [2n, 'DeAggregation.InvalidRecord'],
      [3n, 'DeAggregation.InvalidRecord'],
    ],
  )
})

test('what was packed in one record and is taken apart again has numbers of its own', async () => {
  const [deaggregation] = createTransforms(
    { target: {} as never, transforms: [{ kind: 'deaggregation', subRecords: 'JSON' }] },
    parts,
  )
  const packed = [0, 1].map((subSequence) => ({ ...recordOf('{}{}', 1), subSequence }))
  const context = { stream, batchId: 'b', signal: new AbortController().signal }
  const outcomes = await deaggregation!.apply(packed, context)
  const numbers = outcomes.flatMap((outcome) =>
    outcome.status === 'Ok' ? outcome.records.map((record) => record.subSequence) : [],
  )
  assert.equal(new Set(numbers).size, 4)
})

test('a record that holds too many others is set aside, and those of many come a few at a time', async () => {
  const { records, failed } = await run(
    [{ kind: 'deaggregation', subRecords: 'JSON' }],
    ['{}'.repeat(100_001), '[]'.repeat(100_000)],
  )
  assert.equal(records.length, 100_000)
  assert.deepEqual(
    failed.map(({ record, failure }) => [record.sequence, failure.code]),
    [[1n, 'DeAggregation.TooManySubRecords']],
  )
  const handed = await handedOn(
    [{ kind: 'deaggregation', subRecords: 'JSON' }],
    Array.from({ length: 50 }, () => '{}'.repeat(1000)),
  )
  assert.equal(
    handed.reduce((sum, { records: count }) => sum + count, 0),
    50_000,
  )
  assert.ok(Math.max(...handed.map(({ records: count }) => count)) <= 11_000)
})

test('pieces between delimiters', async () => {
  const delimiter = Buffer.from('||').toString('base64')
  const { records } = await run(
    [{ kind: 'deaggregation', subRecords: 'DELIMITED', delimiter }],
    ['a||b|c||', '||', 'd'],
  )
  assert.deepEqual(texts(records), ['a', 'b|c', 'd'])
})

test('GZIP comes off, a failure shows the bytes as they came, and a bomb is no more than that', async () => {
  const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024))
  const { records, failed } = await run(
    [{ kind: 'decompression' }],
    [gzipSync('plain'), 'never compressed', bomb],
  )
  assert.deepEqual(texts(records), ['plain'])
  assert.deepEqual(records[0]!.raw, gzipSync('plain'))
  assert.deepEqual(
    failed.map(({ failure }) => failure.outputType),
    ['decompression-failed', 'decompression-failed'],
  )
})

test('messages of CloudWatch Logs; control messages are dropped', async () => {
  const sent = (messageType: string, messages: readonly string[]) =>
    gzipSync(
      JSON.stringify({
        messageType,
        owner: '123456789012',
        logGroup: 'g',
        logStream: 's',
        subscriptionFilters: ['f'],
        logEvents: messages.map((message, id) => ({ id: String(id), timestamp: 1, message })),
      }),
    )
  const { records, failed } = await run(
    [{ kind: 'decompression' }, { kind: 'cloudWatchLogs' }],
    [
      sent('CONTROL_MESSAGE', ['CWL CONTROL MESSAGE: Checking health of destination Firehose.']),
      sent('DATA_MESSAGE', ['one', '{"two":2}']),
      gzipSync('{"some":"thing"}'),
    ],
  )
  assert.deepEqual(texts(records), ['one\n{"two":2}\n'])
  assert.deepEqual(
    failed.map(({ record, failure }) => [record.sequence, failure.code]),
    [[3n, 'CloudWatchLogProcessing.InvalidRecord']],
  )
})

test('records that become large when they are decompressed are handed on a few at a time', async () => {
  const large = gzipSync(Buffer.alloc(4 << 20, ' '))
  const handed = await handedOn(
    [{ kind: 'decompression' }],
    Array.from({ length: 20 }, () => large),
  )
  const sizes = handed.map(({ bytes }) => bytes)
  assert.equal(
    sizes.reduce((sum, bytes) => sum + bytes, 0),
    20 * (4 << 20),
  )
  assert.ok(Math.max(...sizes) <= 8 << 20, `${Math.max(...sizes)} bytes at once`)
})

/** How much of one page comes out behind transforms at once, each time. */
async function handedOn(
  transforms: readonly TransformSettings[],
  page: readonly (Uint8Array | string)[],
) {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-transforms-'))
  try {
    const handed: { readonly records: number; readonly bytes: number }[] = []
    const probe: Transform = {
      isRepeatable: true,
      apply: async (records) => {
        const bytes = records.reduce((sum, { data }) => sum + data.byteLength, 0)
        handed.push({ records: records.length, bytes })
        return records.map(() => ({ status: 'Dropped' }))
      },
    }
    const source: RecordSet = {
      async *pages() {
        yield page.map((data, index) => recordOf(data, index + 1))
      },
    }
    const made = createTransforms({ target: {} as never, transforms }, parts)
    await runTransforms(source, [...made, probe], {
      folder,
      context: { stream, batchId: 'b', signal: new AbortController().signal },
      onFailed: async () => assert.fail(),
    })
    return handed
  } finally {
    await rm(folder, { recursive: true })
  }
}

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
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-transforms-'))
  try {
    const handed: number[] = []
    const probe: Transform = {
      isRepeatable: true,
      apply: async (records) => {
        handed.push(records.reduce((sum, { data }) => sum + data.byteLength, 0))
        return records.map(() => ({ status: 'Dropped' }))
      },
    }
    const page = Array.from({ length: 20 }, (_, index) => recordOf(large, index + 1))
    const transforms = createTransforms(
      { target: {} as never, transforms: [{ kind: 'decompression' }] },
      parts,
    )
    await runTransforms(
      {
        async *pages() {
          yield page
        },
      },
      [...transforms, probe],
      {
        folder,
        context: { stream, batchId: 'b', signal: new AbortController().signal },
        onFailed: async () => assert.fail(),
      },
    )
    assert.equal(
      handed.reduce((sum, bytes) => sum + bytes, 0),
      20 * (4 << 20),
    )
    assert.ok(Math.max(...handed) <= 8 << 20, `${Math.max(...handed)} bytes at once`)
  } finally {
    await rm(folder, { recursive: true })
  }
})

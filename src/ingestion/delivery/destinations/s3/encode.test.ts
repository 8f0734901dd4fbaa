import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RecordSet } from '../../delivery-record.ts'
import type { S3Target } from '../../records.ts'
import { encode, type EncodeInput, type EncodeParts } from './encode.ts'

const target: S3Target = {
  kind: 's3',
  bucket: 'b',
  roleArn: 'r',
  prefix: 'p/',
  errorPrefix: undefined,
  bufferBytes: 1 << 20,
  bufferMs: 0,
  compression: 'UNCOMPRESSED',
  timeZone: 'UTC',
}
const record = (text: string, index: number) => ({
  partitionKey: 'k',
  shardId: 'shardId-000000000000',
  sequence: BigInt(index + 1),
  arrivalMs: 0,
  data: Buffer.from(text),
})

/** Records in a file, which is open from the first page that is read to the last. */
function inFile(pages: readonly (readonly string[])[]) {
  let open = 0
  const records: RecordSet = {
    async *pages() {
      open += 1
      try {
        for (const page of pages) yield page.map(record)
      } finally {
        open -= 1
      }
    },
  }
  return { records, open: () => open }
}

function encodeAll(records: RecordSet) {
  const batch = {
    stream: { id: 'id', name: 'd', version: 1 },
    lane: 'target',
    target,
    ranges: {
      logId: 'log',
      shardIds: [],
      numbers: [],
      afters: new Float64Array(0),
      tos: new Float64Array(0),
    },
    oldestMs: 0,
  }
  const input = { batch, target, records, signal: new AbortController().signal }
  return encode({} as EncodeParts, input as never as EncodeInput)
}

test('an object that nobody comes to read leaves no file open', async () => {
  const { records, open } = inFile([[], ['a', 'b'], ['c']])
  const { objects } = await encodeAll(records)
  assert.equal(open(), 0)
  const texts: string[] = []
  for await (const { content } of objects) {
    assert.ok('bytes' in content)
    for await (const bytes of content.bytes) texts.push(Buffer.from(bytes).toString())
  }
  assert.equal(texts.join(''), 'abc')
  assert.equal(open(), 0)
})

test('of no records there is no object', async () => {
  const { records, open } = inFile([[], []])
  const { objects } = await encodeAll(records)
  for await (const object of objects) assert.fail(object.key)
  assert.equal(open(), 0)
})

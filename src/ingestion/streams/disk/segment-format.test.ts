import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDiskStreamLog } from './disk-stream-log.ts'
import { decodeSegmentHeader, encodeSegmentHeader, noShard } from './segment-format.ts'

/** As version 1 wrote it: shard s0 with one record, s1, added later, with two. */
const versionOne = Buffer.from(
  'QkhTRUcAAAEsAAAA3MCXiW1myIgBAAAAAAAAAAAAAAAAAAAAAAAAAAIAczBCSEIxKgAAAFeY4MIBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAsAAAAczFCSEIx' +
    'QAAAALh/7FsBAAAAAQAAAAAAAAAAaOXPiwEAAAIAAABWAAAAAwAAAAEA//9rb25lAwAAAAEA//9rdHdvQkhCMTcAAAB2rIbQAAAAAAEAAAAAAAAAAGjlz4sB' +
    'AAABAAAAlgAAAAUAAAABAAEAazd0aHJlZQ==',
  'base64',
)

test('a segment that version 1 wrote is read and written on', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-format-'))
  try {
    await mkdir(join(folder, 'log'))
    await writeFile(join(folder, 'log', '0000000001.seg'), versionOne)
    await using log = await openDiskStreamLog({ folder })
    const read = async (shardId: string) =>
      (
        await log.read({ logId: 'log', shardId }, { after: 0n, limitRecords: 10, limitBytes: 1e6 })
      ).map(({ data }) => Buffer.from(data).toString())
    assert.deepEqual(await read('s0'), ['three'])
    assert.deepEqual(await read('s1'), ['one', 'two'])
    const record = { partitionKey: 'k', data: Buffer.from('four') }
    assert.deepEqual(await log.append({ logId: 'log', shardId: 's1' }, [record]), [3n])
    assert.deepEqual(await read('s1'), ['one', 'two', 'four'])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a header is of version 2 when a place in it is vacant, and of version 1 else; others are no headers', () => {
  const tip = (shardId: string) => ({ shardId, sequence: 7, arrivalMs: 9 })
  const plain = encodeSegmentHeader(5, [tip('a'), tip('b')])
  assert.equal(plain[7], 1)
  assert.deepEqual(decodeSegmentHeader(plain)?.shards, [tip('a'), tip('b')])
  const vacant = encodeSegmentHeader(5, [tip('a'), tip(noShard), tip('b')])
  assert.equal(vacant[7], 2)
  assert.deepEqual(decodeSegmentHeader(vacant)?.shards, [tip('a'), tip(noShard), tip('b')])
  vacant[7] = 3
  assert.equal(decodeSegmentHeader(vacant), undefined)
})

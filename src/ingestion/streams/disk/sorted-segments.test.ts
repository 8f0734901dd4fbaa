import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { crc32 } from 'node:zlib'
import type { StreamLog } from '../stream-log.ts'
import { openDiskStreamLog } from './disk-stream-log.ts'
import { decodeSegmentHeader, encodeSegmentHeader, readBatchHeader } from './segment-format.ts'

const shards = Array.from({ length: 6 }, (_, index) => ({ logId: 'log', shardId: `s${index}` }))
const rounds = 200
const expected = Array.from({ length: rounds }, (_, round) => `${round}`)

async function texts(log: StreamLog, shard: number): Promise<readonly string[]> {
  const input = { after: 0n, limitRecords: 10_000, limitBytes: 1e9 }
  const records = await log.read(shards[shard]!, input)
  return records.map(({ data }) => Buffer.from(data).toString().trim())
}

/** What former versions made of segments with many shards: their batches shard by shard, and the shards where they stood before the first. */
function sorted(segments: readonly Buffer[]): Buffer {
  const salt = 0x1234_5678
  const batches: { readonly shard: number; readonly bytes: Buffer }[] = []
  for (const segment of segments) {
    let at = decodeSegmentHeader(segment)!.sizeBytes
    for (let batch; (batch = readBatchHeader(segment, at)); at += batch.sizeBytes) {
      if (batch.count === 0) continue
      const bytes = Buffer.from(segment.subarray(at, at + batch.sizeBytes))
      bytes.writeUInt32LE(0, 36)
      bytes.writeUInt32LE(crc32(bytes.subarray(12), salt), 8)
      batches.push({ shard: batch.shard, bytes })
    }
  }
  const first = decodeSegmentHeader(segments[0]!)!
  const tips = shards.map(
    ({ shardId }, at) => first.shards[at] ?? { shardId, sequence: 0, arrivalMs: 0 },
  )
  const inOrder = batches.toSorted((one, other) => one.shard - other.shard)
  return Buffer.concat([encodeSegmentHeader(salt, tips), ...inOrder.map(({ bytes }) => bytes)])
}

test('sorted segments of former versions are read, take the place of what they were made from, and are freed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-sorted-'))
  const inLog = join(folder, 'log')
  const open = () => openDiskStreamLog({ folder, segmentBytes: 20_000 })
  const segments = async () =>
    (await readdir(inLog)).filter((name) => name.endsWith('.seg')).toSorted()
  try {
    {
      await using log = await open()
      for (const shard of shards) await log.createShard(shard)
      for (let round = 0; round < rounds; round += 1) {
        const data = Buffer.from(`${round}`.padEnd(100))
        await Promise.all(shards.map((shard) => log.append(shard, [{ partitionKey: 'k', data }])))
      }
    }
    const names = await segments()
    assert.ok(names.length > 6, `${names}`)
    const contents = await Promise.all(names.map((name) => readFile(join(inLog, name))))
    const one = '0000000005.g.seg'
    await writeFile(join(inLog, '0000000001-0000000004.g.seg'), sorted(contents.slice(0, 4)))
    await writeFile(join(inLog, one), sorted(contents.slice(4, 5)))
    // One that had not got its name.
    await writeFile(join(inLog, '0000000006.g.seg.tmp'), contents[5]!.subarray(0, 1000))
    // As after a crash: some of those that they were made from are there still.
    await rm(join(inLog, names[1]!))
    {
      await using log = await open()
      for (const at of shards.keys()) assert.deepEqual(await texts(log, at), expected)
      const found = ['0000000001-0000000004.g.seg', one, ...names.slice(5)]
      assert.deepEqual(await segments(), found)
      assert.ok((await readdir(inLog)).every((name) => !name.endsWith('.tmp')))
      await log.append(shards[2]!, [{ partitionKey: 'k', data: Buffer.from('more') }])
    }
    await using log = await open()
    assert.deepEqual(await texts(log, 2), [...expected, 'more'])
    assert.equal(await log.positionAt(shards[1]!, 0), 0n)
    for (const shard of shards) await log.trim(shard, { sequence: BigInt(rounds) })
    assert.equal((await texts(log, 2)).at(-1), 'more')
    assert.equal((await segments()).length, 1)
  } finally {
    await rm(folder, { recursive: true })
  }
})

import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isLakeError } from '#kit'
import type { StreamLog } from '../stream-log.ts'
import { openDiskStreamLog } from './disk-stream-log.ts'
import { diskFiles, type LogFiles } from './files.ts'
import { batchMagic } from './segment-format.ts'

const all = { after: 0n, limitRecords: 10_000, limitBytes: 1e9 }
const shards = Array.from({ length: 20 }, (_, index) => ({ logId: 'log', shardId: `s${index}` }))
const rounds = 150
const recordBytes = 5000
const segmentBytes = 1_000_000

/** What a shard has, in its order. */
const expected = Array.from({ length: rounds }, (_, round) => `${round}`)

async function texts(log: StreamLog, shard: number, input = all): Promise<readonly string[]> {
  const records = await log.read(shards[shard]!, input)
  return records.map(({ data }) => Buffer.from(data).toString().replaceAll('.', ''))
}

/** A log of 15 segments, in which each shard has a record at a time, and its records lie 100 KB apart. */
async function writtenLog() {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-stored-'))
  const open = (files: LogFiles = diskFiles) => openDiskStreamLog({ folder, segmentBytes, files })
  {
    await using log = await open()
    await Promise.all(shards.map((shard) => log.createShard(shard)))
    for (let round = 0; round < rounds; round += 1) {
      const data = Buffer.from(`${round}`.padEnd(recordBytes, '.'))
      await Promise.all(shards.map((shard) => log.append(shard, [{ partitionKey: 'k', data }])))
    }
  }
  const inLog = join(folder, 'log')
  return {
    open,
    inLog,
    segments: async () => (await readdir(inLog)).filter((name) => name.endsWith('.seg')).toSorted(),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

test('one shard of many costs a call for what a read takes, not one for each record or segment', async () => {
  await using written = await writtenLog()
  let calls = 0
  let readBytes = 0
  const files: LogFiles = {
    ...diskFiles,
    read: (fd, buffer, position) => {
      calls += 1
      return diskFiles.read(fd, buffer, position)
    },
    readPieces: async (...asked) => {
      calls += 1
      const read = await diskFiles.readPieces(...asked)
      readBytes += read.filledBytes
      return read
    },
  }
  await using log = await written.open(files)
  // Headers and indexes are read once.
  await texts(log, 3)
  for (const at of shards.keys()) {
    calls = 0
    readBytes = 0
    assert.deepEqual(await texts(log, at), expected)
    assert.ok(calls <= 2, `${calls} calls`)
    const ownBytes = rounds * recordBytes
    assert.ok(readBytes > ownBytes && readBytes < ownBytes * 1.1, `${readBytes} bytes`)
  }
  readBytes = 0
  const few = { after: 40n, limitRecords: 10, limitBytes: 1e9 }
  assert.deepEqual(await texts(log, 5, few), expected.slice(40, 50))
  assert.ok(readBytes < 11 * (recordBytes + 100), `${readBytes} bytes`)
})

test('who asks for a hundred records of a large batch reads not much more than these', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-stored-'))
  try {
    let readBytes = 0
    const files: LogFiles = {
      ...diskFiles,
      read: async (fd, buffer, position) => {
        const count = await diskFiles.read(fd, buffer, position)
        readBytes += count
        return count
      },
    }
    await using log = await openDiskStreamLog({ folder, files, tailBytes: 0 })
    const shard = shards[0]!
    await log.createShard(shard)
    const record = { partitionKey: 'k', data: Buffer.alloc(1000) }
    await log.append(
      shard,
      Array.from({ length: 1000 }, () => record),
    )
    for (let after = 0n; after < 1000n; after += 100n) {
      const found = await log.read(shard, { after, limitRecords: 100, limitBytes: 1e7 })
      assert.equal(found.length, 100)
    }
    assert.ok(readBytes < 2_000_000, `${readBytes} bytes for 1 MB of records`)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a damaged piece is an error for who reads its shard, and for nobody else', async () => {
  await using written = await writtenLog()
  const [, second] = await written.segments()
  const path = join(written.inLog, second!)
  const bytes = await readFile(path)
  const start = 600_000
  bytes[bytes.indexOf('....', start)]! ^= 1
  await writeFile(path, bytes)
  await using log = await written.open()
  const outcomes = await Promise.allSettled(shards.map((_, at) => texts(log, at)))
  const failed = outcomes.filter((each) => each.status === 'rejected')
  assert.equal(failed.length, 1)
  assert.ok(isLakeError(failed[0]!.reason, 'LogCorrupted'))
  for (const each of outcomes)
    if (each.status === 'fulfilled') assert.deepEqual(each.value, expected)
})

test('a batch whose header names another shard is missed, never passed by', async () => {
  await using written = await writtenLog()
  const [, second] = await written.segments()
  const path = join(written.inLog, second!)
  const bytes = await readFile(path)
  const magic = Buffer.alloc(4)
  magic.writeUInt32LE(batchMagic)
  const start = bytes.lastIndexOf(magic, 600_000)
  const shard = bytes.readUInt32LE(start + 12)
  bytes.writeUInt32LE((shard + 7) % shards.length, start + 12)
  await writeFile(path, bytes)
  await using log = await written.open()
  const isDamaged = (error: unknown) => isLakeError(error, 'LogCorrupted')
  await assert.rejects(texts(log, shard), isDamaged)
  const { logId, shardId } = shards[shard]!
  const shardIds = [shardId]
  const spans = { shardIds, afters: new Float64Array(1), tos: await log.tips(logId, shardIds) }
  await assert.rejects(log.readPages(logId, spans, all), isDamaged)
  const limits = { ...all, shardRecords: 1e6, shardBytes: 1e9 }
  await assert.rejects(log.extents(logId, spans, limits), isDamaged)
  assert.deepEqual(await texts(log, (shard + 1) % shards.length), expected)
})

test('a segment that is shorter than it was is an error, never a shorter log', async () => {
  await using written = await writtenLog()
  await using log = await written.open()
  assert.deepEqual(await texts(log, 0), expected)
  const [, second] = await written.segments()
  const path = join(written.inLog, second!)
  await writeFile(path, (await readFile(path)).subarray(0, 500_000))
  await assert.rejects(texts(log, 0), (error) => isLakeError(error, 'LogCorrupted'))
})

test('pieces that cannot be read are an error, and are read when they can be', async () => {
  await using written = await writtenLog()
  let isBroken = false
  const files: LogFiles = {
    ...diskFiles,
    readPieces: (...asked) =>
      isBroken
        ? Promise.reject(Object.assign(new Error('the disk failed'), { code: 'EIO' }))
        : diskFiles.readPieces(...asked),
  }
  await using log = await written.open(files)
  isBroken = true
  await assert.rejects(texts(log, 0), (error) => isLakeError(error, 'LogFailed'))
  isBroken = false
  assert.deepEqual(await texts(log, 0), expected)
})

test('who reads while segments are freed gets what is left, in order', async () => {
  await using written = await writtenLog()
  await using log = await written.open()
  const readers = Promise.all(
    shards.map(async (_, at) => {
      let after = 0n
      while (after < BigInt(rounds)) {
        const input = { after, limitRecords: 7 + at, limitBytes: 1e9 }
        const records = await log.read(shards[at]!, input)
        assert.ok(records.length > 0)
        for (const { sequence, data } of records) {
          // Only what was freed may be missing.
          assert.ok(sequence > after)
          assert.equal(parseInt(Buffer.from(data).toString(), 10), Number(sequence) - 1)
          after = sequence
        }
      }
    }),
  )
  for (let sequence = 10n; sequence <= 140n; sequence += 10n) {
    await Promise.all(shards.map((shard) => log.trim(shard, { sequence })))
  }
  await readers
  assert.ok((await written.segments()).length < 4)
})

test('what is being read when the log is closed comes, or an error', async () => {
  await using written = await writtenLog()
  for (let time = 0; time < 5; time += 1) {
    const log = await written.open()
    await texts(log, 0)
    const reading = Promise.allSettled(shards.map((_, at) => texts(log, at)))
    if (time > 0) await texts(log, time).catch(() => undefined)
    await log.close()
    for (const outcome of await reading) {
      if (outcome.status === 'fulfilled') assert.deepEqual(outcome.value, expected)
      else assert.ok(isLakeError(outcome.reason), String(outcome.reason))
    }
    await assert.rejects(texts(log, 0), (error) => isLakeError(error, 'LogClosed'))
  }
})

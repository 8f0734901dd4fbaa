import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isLakeError, type ManualClock } from '#kit'
import { streamLogContract } from '../stream-log.contract.ts'
import type { NewRecord, ShardRef, StreamLog } from '../stream-log.ts'
import { openDiskStreamLog, type DiskStreamLogOptions } from './disk-stream-log.ts'
import { diskFiles, type LogFiles } from './files.ts'

const shard: ShardRef = { logId: 'log', shardId: 's0' }
const all = { after: 0n, limitRecords: 10_000, limitBytes: 1e9 }

const fixture = (options: Partial<DiskStreamLogOptions>) => async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-log-'))
  return {
    open: (clock: ManualClock) => openDiskStreamLog({ folder, clock, ...options }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

streamLogContract('disk', fixture({}))
streamLogContract('disk, rolling often', fixture({ segmentBytes: 400 }))

async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-log-'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

function record(text: string): NewRecord {
  return { partitionKey: 'k', data: Buffer.from(text) }
}

async function texts(log: StreamLog, from = shard): Promise<readonly string[]> {
  return (await log.read(from, all)).map((each) => Buffer.from(each.data).toString())
}

async function segments(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, shard.logId))
  return names.filter((name) => name.endsWith('.seg')).toSorted()
}

test('a tail torn at any byte, or with any byte wrong, is cut off; what came before stays', async () => {
  await using temporary = await temporaryFolder()
  const { folder } = temporary
  const writer = await openDiskStreamLog({ folder })
  await writer.createShard(shard)
  await writer.append(shard, [record('kept')])
  const path = join(folder, shard.logId, (await segments(folder))[0]!)
  const before = (await readFile(path)).byteLength
  await writer.append(shard, [record('last one'), record('torn')])
  await writer.close()
  const whole = await readFile(path)

  const check = async (expected: readonly string[]) => {
    await using log = await openDiskStreamLog({ folder })
    assert.deepEqual(await texts(log), expected)
    const next = await log.append(shard, [record('next')])
    assert.deepEqual(next, [BigInt(expected.length) + 1n])
    assert.deepEqual(await texts(log), [...expected, 'next'])
  }
  for (let size = before; size < whole.byteLength; size += 1) {
    await writeFile(path, whole.subarray(0, size))
    await check(['kept'])
    const flipped = Buffer.from(whole)
    flipped[size]! ^= 0x41
    await writeFile(path, flipped)
    await check(['kept'])
    const zeros = Buffer.from(whole)
    zeros.fill(0, size)
    await writeFile(path, zeros)
    // The batch may end in a zero of its own.
    if (!zeros.equals(whole)) await check(['kept'])
  }
  await writeFile(path, whole)
  await check(['kept', 'last one', 'torn'])
})

test('damage before what was acknowledged is an error, never a shorter log', async () => {
  await using temporary = await temporaryFolder()
  const { folder } = temporary
  const writer = await openDiskStreamLog({ folder })
  await writer.createShard(shard)
  await writer.append(shard, [record('first')])
  await writer.append(shard, [record('second')])
  await writer.append(shard, [record('third')])
  await writer.close()
  const path = join(folder, shard.logId, (await segments(folder))[0]!)
  const whole = await readFile(path)
  for (const text of ['first', 'second']) {
    const damaged = Buffer.from(whole)
    damaged[whole.indexOf(text)]! ^= 1
    await writeFile(path, damaged)
    await using log = await openDiskStreamLog({ folder })
    await assert.rejects(log.read(shard, all), (error) => isLakeError(error, 'LogCorrupted'))
  }
  await writeFile(path, whole)
  await using log = await openDiskStreamLog({ folder })
  assert.deepEqual(await texts(log), ['first', 'second', 'third'])
})

test('damage in a sealed segment is found when it is read; a lost side file is made again', async () => {
  await using temporary = await temporaryFolder()
  const { folder } = temporary
  const options = { folder, segmentBytes: 200 }
  const given = Array.from({ length: 40 }, (_, index) => `record ${index}`)
  {
    await using log = await openDiskStreamLog(options)
    await log.createShard(shard)
    for (const text of given) await log.append(shard, [record(text)])
  }
  const inLog = (name: string) => join(folder, shard.logId, name)
  for (const [index, name] of (await segments(folder)).slice(0, -1).entries()) {
    const side = inLog(name.replace('.seg', '.idx'))
    if (index % 3 === 0) await rm(side)
    if (index % 3 === 1) await truncate(side, 30)
  }
  {
    await using log = await openDiskStreamLog(options)
    assert.deepEqual(await texts(log), given)
  }
  const path = inLog((await segments(folder))[1]!)
  const bytes = await readFile(path)
  bytes[bytes.byteLength - 1]! ^= 1
  await writeFile(path, bytes)
  await using log = await openDiskStreamLog(options)
  await assert.rejects(texts(log), (error) => isLakeError(error, 'LogCorrupted'))
})

test('a full disk refuses writes, and the log goes on when there is room again', async () => {
  for (let roomBytes = 0; roomBytes < 400; roomBytes += 7) {
    await using temporary = await temporaryFolder()
    const { folder } = temporary
    const disk = new SmallDisk()
    const log = await openDiskStreamLog({ folder, files: disk.files, segmentBytes: 300 })
    await log.createShard(shard)
    await log.append(shard, [record('before')])
    disk.roomBytes = roomBytes
    const stored: string[] = ['before']
    for (const text of ['one', 'two', 'three', 'four', 'five', 'six']) {
      await log.append(shard, [record(text)]).then(
        () => stored.push(text),
        (error: unknown) => assert.ok(isLakeError(error, 'DiskFull'), String(error)),
      )
      assert.deepEqual(await texts(log), stored)
    }
    disk.roomBytes = Infinity
    await log.append(shard, [record('after')])
    assert.deepEqual(await texts(log), [...stored, 'after'])
    await log.close()
    await using again = await openDiskStreamLog({ folder })
    assert.deepEqual(await texts(again), [...stored, 'after'])
    assert.equal((await again.tip(shard)).sequence, BigInt(stored.length + 1))
  }
})

test('a failed fsync acknowledges nothing, and what it left is never read', async () => {
  await using temporary = await temporaryFolder()
  const { folder } = temporary
  let isBroken = false
  const files: LogFiles = {
    ...diskFiles,
    writeSynced: async (fd, buffers, position) => {
      await diskFiles.writeSynced(fd, buffers, position)
      if (isBroken) throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
    },
    sync: (fd) =>
      isBroken
        ? Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }))
        : diskFiles.sync(fd),
  }
  const log = await openDiskStreamLog({ folder, files })
  await log.createShard(shard)
  await log.append(shard, [record('a')])
  // A group that is written and synced with one call, and one that takes several.
  const stored = ['a']
  for (const text of ['lost', 'lost '.repeat(300_000)]) {
    isBroken = true
    await assert.rejects(log.append(shard, [record(text)]), (e) => isLakeError(e, 'LogFailed'))
    assert.deepEqual(await texts(log), stored)
    isBroken = false
    const next = BigInt(stored.push(`after ${stored.length}`))
    assert.deepEqual(await log.append(shard, [record(stored.at(-1)!)]), [next])
  }
  // Behind a group as long as its own first part, what is left of one that failed would stand where the next batch is looked for.
  const other = { ...shard, shardId: 's1' }
  await log.createShard(other)
  isBroken = true
  const lost = await Promise.allSettled([
    log.append(shard, [record('?')]),
    log.append(other, [record('?')]),
  ])
  assert.ok(lost.every(({ status }) => status === 'rejected'))
  isBroken = false
  await log.append(shard, [record('c')])
  await log.close()
  await using again = await openDiskStreamLog({ folder })
  assert.deepEqual(await texts(again), [...stored, 'c'])
  assert.deepEqual(await texts(again, other), [])
})

test('many shards of a log share an fsync, and interleaved shards are read apart', async () => {
  await using temporary = await temporaryFolder()
  const { folder } = temporary
  let syncs = 0
  const files: LogFiles = {
    ...diskFiles,
    sync: (fd) => {
      syncs += 1
      return diskFiles.sync(fd)
    },
    writeSynced: (fd, buffers, position) => {
      syncs += 1
      return diskFiles.writeSynced(fd, buffers, position)
    },
  }
  const shards = Array.from({ length: 100 }, (_, index) => ({ logId: 'log', shardId: `s${index}` }))
  const data = 'x'.repeat(700)
  {
    await using log = await openDiskStreamLog({ folder, files, segmentBytes: 1_000_000 })
    await Promise.all(shards.map((each) => log.createShard(each)))
    syncs = 0
    await Promise.all(shards.map((each) => log.append(each, [record(`0${data}`)])))
    assert.equal(syncs, 1)
    for (let round = 1; round < 40; round += 1) {
      await Promise.all(shards.map((each) => log.append(each, [record(`${round}${data}`)])))
    }
  }
  await using log = await openDiskStreamLog({ folder, segmentBytes: 1_000_000 })
  const expected = Array.from({ length: 40 }, (_, round) => `${round}${data}`)
  for (const each of shards) assert.deepEqual(await texts(log, each), expected)
  const one = { after: 20n, limitRecords: 1, limitBytes: 10 }
  assert.equal((await log.read(shards[77]!, one))[0]?.sequence, 21n)
})

test('half-made files of a crash are passed over', async () => {
  await using temporary = await temporaryFolder()
  const { folder } = temporary
  {
    await using log = await openDiskStreamLog({ folder })
    await log.createShard(shard)
    await log.append(shard, [record('a')])
    await log.createShard({ logId: 'other', shardId: 's' })
  }
  await appendFile(join(folder, shard.logId, '0000000002.seg.tmp'), 'half a header')
  await rm(join(folder, 'other', '0000000001.seg'))
  await using log = await openDiskStreamLog({ folder })
  assert.deepEqual(await texts(log), ['a'])
  assert.deepEqual(await segments(folder), ['0000000001.seg'])
  await log.createShard({ logId: 'other', shardId: 's' })
  assert.deepEqual(await texts(log, { logId: 'other', shardId: 's' }), [])
})

test('a reader is served while segments are freed under it', async () => {
  await using temporary = await temporaryFolder()
  const { folder } = temporary
  await using log = await openDiskStreamLog({ folder, segmentBytes: 500 })
  await log.createShard(shard)
  let appended = 0n
  const writer = (async () => {
    for (let index = 0; index < 300; index += 1) {
      appended = (await log.append(shard, [record(`r${index}`)]))[0]!
      if (index % 10 === 0) await log.trim(shard, { sequence: appended - 5n })
    }
  })()
  let after = 0n
  while (after < 300n) {
    const records = await log.read(shard, { after, limitRecords: 7, limitBytes: 1e6 })
    for (const each of records) {
      assert.ok(each.sequence > after)
      assert.equal(Buffer.from(each.data).toString(), `r${each.sequence - 1n}`)
      after = each.sequence
    }
    if (records.length === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await writer
  assert.equal(after, appended)
})

test('a reader at the tip never passes over a record that is written under it', async () => {
  await using temporary = await temporaryFolder()
  const { folder } = temporary
  // Slow reads, so that much is written between one and the next.
  const files: LogFiles = {
    ...diskFiles,
    read: async (fd, buffer, position) => {
      const count = await diskFiles.read(fd, buffer, position)
      for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done))
      return count
    },
  }
  await using log = await openDiskStreamLog({ folder, files, segmentBytes: 3_000_000 })
  const other = { ...shard, shardId: 's1' }
  await log.createShard(shard)
  await log.createShard(other)
  const total = 1500
  const writers = [shard, shard, shard, other].map(async (to) => {
    for (let index = 0; index < total / 3; index += 1) {
      await log.append(to, [record('x'.repeat(9000))])
    }
  })
  let after = 0n
  while (after < BigInt(total)) {
    const records = await log.read(shard, { ...all, after })
    for (const each of records) {
      assert.equal(each.sequence, after + 1n)
      after = each.sequence
    }
    if (records.length === 0) await log.wait(shard, after, new AbortController().signal)
  }
  await Promise.all(writers)
})

test('too much at once is pushed back: it waits, and one append has a limit', async () => {
  await using temporary = await temporaryFolder()
  const { folder } = temporary
  await using log = await openDiskStreamLog({
    folder,
    pendingBytesMax: 1000,
    appendBytesMax: 5000,
  })
  await log.createShard(shard)
  const given = Array.from({ length: 50 }, (_, index) => `${index}`.padEnd(600, '.'))
  await Promise.all(given.map((text) => log.append(shard, [record(text)])))
  assert.deepEqual(await texts(log), given)
  await log.append(shard, [record('y'.repeat(4000))])
  await assert.rejects(log.append(shard, [record('z'.repeat(5001))]), (error) =>
    isLakeError(error, 'AppendTooLarge'),
  )
})

/** The real disk, until so many more bytes were written. */
class SmallDisk {
  roomBytes = Infinity

  readonly files: LogFiles = {
    ...diskFiles,
    write: this.#within(diskFiles.write),
    writeSynced: this.#within(diskFiles.writeSynced),
  }

  #within(write: LogFiles['write']): LogFiles['write'] {
    return async (fd, buffers, position) => {
      const whole = Buffer.concat(buffers)
      const fits = whole.subarray(0, Math.min(whole.byteLength, this.roomBytes))
      this.roomBytes -= fits.byteLength
      if (fits.byteLength > 0) await write(fd, [fits], position)
      if (fits.byteLength === whole.byteLength) return
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    }
  }
}

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { copyFile, cp, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ManualClock, isLakeError } from '#kit'
import { poll } from '#test/harness'
import type { NewRecord, StreamLog } from '../stream-log.ts'
import { openDiskStreamLog } from './disk-stream-log.ts'
import { diskFiles, type LogFiles } from './files.ts'

const all = { after: 0n, limitRecords: 10_000, limitBytes: 1e9 }
const shards = Array.from({ length: 20 }, (_, index) => ({ logId: 'log', shardId: `s${index}` }))
const rounds = 60
const segmentBytes = 100_000
const startMs = 1_700_000_000_000
const expected = (shard: number) =>
  Array.from({ length: rounds }, (_, round) => `${round} ${shard}`)

function record(text: string): NewRecord {
  return { partitionKey: 'k', data: Buffer.from(text.padEnd(500, '.')) }
}

async function texts(log: StreamLog, shard: number): Promise<readonly string[]> {
  const records = await log.read(shards[shard]!, all)
  return records.map((each) => Buffer.from(each.data).toString().replaceAll('.', ''))
}

/** A log of several segments, in which each shard has a record or two at a time. */
async function writtenLog() {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-group-'))
  const clock = new ManualClock(startMs)
  const open = (files: LogFiles = diskFiles) =>
    openDiskStreamLog({ folder, clock, segmentBytes, files })
  {
    // No room for a second copy of a segment: nothing is grouped yet.
    const hasRoom = (sizeBytes: number) => sizeBytes < segmentBytes / 2
    await using log = await openDiskStreamLog({ folder, clock, segmentBytes, hasRoom })
    await Promise.all(shards.slice(0, 10).map((shard) => log.createShard(shard)))
    // The others come later, between the records.
    for (let round = 0; round < rounds; round += 1) {
      if (round === 5) await Promise.all(shards.slice(10).map((shard) => log.createShard(shard)))
      const there = shards.slice(0, round < 5 ? 10 : 20)
      await Promise.all(there.map((shard, at) => log.append(shard, [record(`${round} ${at}`)])))
      if (round === 5) {
        for (let late = 0; late < 5; late += 1) {
          await Promise.all(
            shards.slice(10).map((s, at) => log.append(s, [record(`late ${late} ${at}`)])),
          )
        }
      }
      clock.advance(1000)
    }
  }
  const inLog = join(folder, 'log')
  const names = async (suffix: string) =>
    (await readdir(inLog)).filter((name) => name.endsWith(suffix)).toSorted()
  return {
    folder,
    inLog,
    open,
    names,
    /** Reads until every segment but the newest is grouped. */
    group: async (log: StreamLog) => {
      await poll('grouped segments', async () => {
        await texts(log, 0)
        const grouped = (await names('.g.seg')).length
        return grouped > 0 && grouped === (await names('.seg')).length - 1
      })
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  }
}

test('sealed segments are grouped when they are read, and hold the same after it and after a restart', async () => {
  await using written = await writtenLog()
  const check = async (log: StreamLog) => {
    for (const [at, shard] of shards.entries()) {
      const own = await texts(log, at)
      if (at < 10) assert.deepEqual(own, expected(at))
      else assert.equal(own.length, rounds - 5 + 5)
      const records = await log.read(shard, all)
      assert.deepEqual(
        records.map((each) => each.sequence),
        records.map((_, index) => BigInt(index) + 1n),
      )
      const middle = records[30]!
      assert.equal(
        await log.positionAt(shard, middle.arrivalMs),
        records.find((each) => each.arrivalMs >= middle.arrivalMs)!.sequence - 1n,
      )
      const [one] = await log.read(shard, { after: 40n, limitRecords: 1, limitBytes: 1 })
      assert.deepEqual(one, records[40])
    }
  }
  {
    await using log = await written.open()
    await check(log)
    await written.group(log)
    await check(log)
    // Nothing is left of what they were made from.
    assert.equal((await written.names('.idx')).length, (await written.names('.seg')).length - 1)
    assert.deepEqual(await written.names('.tmp'), [])
    await log.append(shards[0]!, [record('more')])
    assert.equal((await texts(log, 0)).at(-1), 'more')
  }
  for (const name of (await written.names('.g.idx')).slice(0, 2)) {
    await rm(join(written.inLog, name))
  }
  await using again = await written.open()
  assert.deepEqual((await texts(again, 1)).slice(0, rounds), expected(1))
  await again.trim(shards[0]!, { sequence: 1n })
  for (const shard of shards) await again.trim(shard, { timeMs: startMs + 1e9 })
  assert.deepEqual(await again.read(shards[3]!, all), [])
  assert.equal((await written.names('.seg')).length, 1)
})

test('a segment is written once while its readers keep up, and a second time when they read its file often', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-group-'))
  const written = 150
  const open = (files: LogFiles, blockBytes: number) =>
    openDiskStreamLog({ folder, segmentBytes: 200_000, files, blockBytes })
  const segments = async () =>
    (await readdir(join(folder, 'log'))).filter((name) => name.endsWith('.seg')).toSorted()
  try {
    let sentBytes = 0
    const count = (write: LogFiles['write']): LogFiles['write'] => {
      return (fd, buffers, position) => {
        for (const { byteLength } of buffers) sentBytes += byteLength
        return write(fd, buffers, position)
      }
    }
    const { write, writeSynced } = diskFiles
    {
      const files = { ...diskFiles, write: count(write), writeSynced: count(writeSynced) }
      await using log = await open(files, 0)
      for (const shard of shards) await log.createShard(shard)
      for (let round = 0; round < written; round += 1) {
        await Promise.all(shards.map((shard) => log.append(shard, [record(`${round}`)])))
        if (round % 50 === 49) for (const at of shards.keys()) await texts(log, at)
      }
    }
    const names = await segments()
    assert.ok(names.length > 5 && names.every((name) => !name.endsWith('.g.seg')), `${names}`)
    const storedBytes = written * shards.length * 540
    assert.ok(sentBytes > storedBytes && sentBytes < storedBytes * 1.3, `${sentBytes} bytes`)
    // In memory it is no more now.
    let reads = 0
    const read: LogFiles['read'] = (fd, buffer, position) => {
      reads += 1
      return diskFiles.read(fd, buffer, position)
    }
    let readsBefore: number | undefined
    const opening: LogFiles['open'] = (path, flags) => {
      if (path.endsWith('.g.seg.tmp')) readsBefore ??= reads
      return diskFiles.open(path, flags)
    }
    await using log = await open({ ...diskFiles, read, open: opening }, 0)
    const one = { after: 0n, limitRecords: 1, limitBytes: 1e9 }
    assert.equal((await log.read(shards[3]!, one)).length, 1)
    await poll('a grouped segment', async () => {
      await log.read(shards[3]!, one)
      return (await segments())[0]!.endsWith('.g.seg')
    })
    assert.ok(readsBefore! < 50, `${readsBefore} reads`)
    // With those that come after it, up to eight; the newest is still written to.
    const merged = names.filter((name) => name <= '0000000008.seg').slice(0, names.length - 1)
    const first = `0000000001-${merged.at(-1)!.replace('.seg', '.g.seg')}`
    await poll('those removed that it was made from', async () => {
      return (await segments()).length === names.length - merged.length + 1
    })
    assert.deepEqual(await segments(), [first, ...names.slice(merged.length)])
    assert.equal((await log.read(shards[3]!, all)).length, written)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('one shard of many costs a read for each segment, not one for each record', async () => {
  await using written = await writtenLog()
  let reads = 0
  const files: LogFiles = {
    ...diskFiles,
    read: (fd, buffer, position) => {
      reads += 1
      return diskFiles.read(fd, buffer, position)
    },
  }
  await using log = await written.open(files)
  await written.group(log)
  const segments = (await written.names('.seg')).length
  await texts(log, 7)
  reads = 0
  await texts(log, 7)
  assert.ok(reads <= segments * 2, `${reads} reads of ${segments} segments`)
})

test('a crash on either side of the new name leaves the file or those it was made from, with all there is', async () => {
  await using written = await writtenLog()
  const kept = join(written.folder, 'kept')
  await cp(written.inLog, kept, { recursive: true })
  const plain = await written.names('.seg')
  {
    await using log = await written.open()
    await written.group(log)
  }
  const grouped = await written.names('.g.seg')
  assert.ok(grouped[0]!.includes('-'), `${grouped[0]} is made of several`)
  // Named, and the old ones not yet removed, or not all of them.
  for (const missing of [[], plain.slice(0, 2)]) {
    for (const name of plain.slice(0, -1))
      await copyFile(join(kept, name), join(written.inLog, name))
    for (const name of missing) await rm(join(written.inLog, name))
    await using log = await written.open()
    for (const at of [2, 12]) assert.equal((await texts(log, at)).length, rounds)
    assert.deepEqual(await texts(log, 2), expected(2))
    assert.deepEqual(await written.names('.g.seg'), grouped)
    assert.equal((await written.names('.seg')).length, grouped.length + 1)
  }
  // Not yet named.
  for (const name of grouped) {
    await rename(join(written.inLog, name), join(written.inLog, `${name}.tmp`))
    await rm(join(written.inLog, name.replace('.seg', '.idx')))
  }
  for (const name of plain.slice(0, -1)) await copyFile(join(kept, name), join(written.inLog, name))
  {
    await using log = await written.open()
    assert.deepEqual(await texts(log, 2), expected(2))
  }
  assert.deepEqual(await written.names('.tmp'), [])
})

for (const step of ['write', 'sync', 'rename', 'syncFolder', 'remove', 'open'] as const) {
  test(`when the disk fails at each ${step} of a merge in turn, nothing is lost, now or after a restart`, async () => {
    await using written = await writtenLog()
    const kept = join(written.folder, 'kept')
    await cp(written.inLog, kept, { recursive: true })
    const own = Array.from({ length: 10 }, (_, at) => at)
    let failed = true
    for (let failing = 1; failed; failing += 1) {
      await rm(written.inLog, { recursive: true })
      await cp(kept, written.inLog, { recursive: true })
      failed = false
      let calls = 0
      const call = (...given: never[]) => {
        calls += 1
        if (calls !== failing) return (diskFiles[step] as (...all: never[]) => unknown)(...given)
        failed = true
        return Promise.reject(Object.assign(new Error('the disk failed'), { code: 'EIO' }))
      }
      {
        const files: LogFiles = { ...diskFiles, [step]: call }
        await using log = await written.open(files)
        // Who meets the failure himself is told, and asks again.
        const read = (at: number) => texts(log, at).catch(() => texts(log, at))
        await poll('a failure or the end', async () => {
          for (const at of own) await read(at)
          const plain = (await written.names('.seg')).filter((name) => !name.includes('.g.'))
          return failed || plain.length === 1
        })
        for (const at of own) assert.deepEqual(await read(at), expected(at))
      }
      await using again = await written.open()
      for (const at of own) assert.deepEqual(await texts(again, at), expected(at))
    }
    const grouped = await written.names('.g.seg')
    assert.equal(grouped.length, (await written.names('.seg')).length - 1)
  })
}

test('a merged segment holds what it was made from, whatever shards and sizes records have', async () => {
  for (const heavy of [0, 30, 300]) {
    const folder = await mkdtemp(join(tmpdir(), 'boathouse-group-'))
    try {
      // Little is held at a time, so that most shards are copied one by one, and some in several pieces.
      const sizes = { segmentBytes: 60_000, tailBytes: 0, blockBytes: 0 }
      await using log = await openDiskStreamLog({ folder, ...sizes })
      await Promise.all(shards.map((shard) => log.createShard(shard)))
      const given = shards.map((): Buffer[] => [])
      const size = (at: number) => Math.floor(Math.random() * (at === 5 ? 100 * heavy + 50 : 400))
      for (let round = 0; round < 150; round += 1) {
        const at = [5, ...shards.keys()].filter((each) => each === 5 || Math.random() < 0.4)
        await Promise.all(
          at.map((each) => {
            const data = randomBytes(size(each))
            given[each]!.push(data)
            return log.append(shards[each]!, [{ partitionKey: `k${each}`, data }])
          }),
        )
      }
      const data = async (at: number) => (await log.read(shards[at]!, all)).map((each) => each.data)
      await poll('a grouped segment', async () => {
        for (const at of shards.keys()) assert.deepEqual(await data(at), given[at])
        return (await readdir(join(folder, 'log'))).some((name) => /-.*\.g\.seg$/.test(name))
      })
      for (const at of shards.keys()) {
        assert.deepEqual(await data(at), given[at])
        const middle = Math.floor(given[at]!.length / 2)
        const input = { after: BigInt(middle), limitRecords: 3, limitBytes: 1e9 }
        const records = await log.read(shards[at]!, input)
        assert.deepEqual(
          records.map((each) => each.data),
          given[at]!.slice(middle, middle + 3),
        )
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  }
})

test('damage is found before and after grouping, and never carried over', async () => {
  await using written = await writtenLog()
  const harm = async (name: string) => {
    const path = join(written.inLog, name)
    const bytes = await readFile(path)
    bytes[bytes.byteLength - 1]! ^= 1
    await writeFile(path, bytes)
  }
  const readAll = async (log: StreamLog) => {
    for (const at of shards.keys()) await texts(log, at)
  }
  const isCorrupted = (error: unknown) => isLakeError(error, 'LogCorrupted')
  const [first] = await written.names('.seg')
  await harm(first!)
  {
    await using log = await written.open()
    await assert.rejects(readAll(log), isCorrupted)
  }
  assert.ok((await written.names('.seg')).includes(first!))
  await harm(first!)
  {
    await using log = await written.open()
    await written.group(log)
  }
  const [grouped] = await written.names('.g.seg')
  await harm(grouped!)
  {
    await using log = await written.open()
    await assert.rejects(readAll(log), isCorrupted)
  }
  await rm(join(written.inLog, grouped!.replace('.seg', '.idx')))
  await using log = await written.open()
  await assert.rejects(readAll(log), isCorrupted)
})

for (const frees of [false, true]) {
  const what = frees ? 'written, grouped and freed' : 'written and grouped'
  test(`readers go on in order while segments are ${what}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'boathouse-group-'))
    try {
      // Little of it stays in memory: who is behind reads files, which are grouped for it.
      const sizes = { segmentBytes: 20_000, tailBytes: 5_000, blockBytes: 0 }
      await using log = await openDiskStreamLog({ folder, ...sizes })
      for (const shard of shards) await log.createShard(shard)
      const total = 300
      const writing = (async () => {
        for (let round = 0; round < total; round += 1) {
          await Promise.all(shards.map((shard) => log.append(shard, [record(`${round}`)])))
          if (!frees || round % 50 < 49) continue
          for (const shard of shards) await log.trim(shard, { sequence: BigInt(round - 45) })
        }
      })()
      const read = async (shard: number, limitRecords: number) => {
        let after = 0n
        while (after < BigInt(total)) {
          const records = await log.read(shards[shard]!, { after, limitRecords, limitBytes: 1e9 })
          for (const each of records) {
            assert.equal(parseInt(Buffer.from(each.data).toString(), 10), Number(each.sequence) - 1)
            // Only what was freed may be missing.
            if (frees) assert.ok(each.sequence > after)
            else assert.equal(each.sequence, after + 1n)
            after = each.sequence
          }
          if (records.length > 0) continue
          await log.wait(shards[shard]!, after, new AbortController().signal)
        }
      }
      await Promise.all([writing, read(0, 1000), read(1, 3), read(2, 1)])
      await Promise.all([read(4, 20), read(5, 1000)])
      if (frees) return
      const isGrouped = (name: string) => name.endsWith('.g.seg')
      await poll('a grouped segment', async () =>
        (await readdir(join(folder, 'log'))).some(isGrouped),
      )
    } finally {
      await rm(folder, { recursive: true })
    }
  })
}

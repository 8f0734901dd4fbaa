import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isLakeError } from '#kit'
import type { ShardRef, StreamLog } from '../stream-log.ts'
import { openDiskStreamLog } from './disk-stream-log.ts'
import { diskFiles } from './files.ts'
import { HeldFiles } from './held-files.fixture.ts'

const shard: ShardRef = { logId: 'log', shardId: 's0' }

async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-log-'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

test('a damaged log cannot be opened, and can be deleted', async () => {
  await using temporary = await temporaryFolder()
  const { folder } = temporary
  const writer = await openDiskStreamLog({ folder })
  await writer.createShard(shard)
  for (const text of ['one', 'two', 'three']) {
    await writer.append(shard, [{ partitionKey: 'k', data: Buffer.from(text) }])
  }
  await writer.close()
  const path = join(folder, shard.logId, '0000000001.seg')
  const bytes = await readFile(path)
  bytes[bytes.indexOf('one')]! ^= 1
  await writeFile(path, bytes)
  await using log = await openDiskStreamLog({ folder })
  await assert.rejects(log.tip(shard), (error) => isLakeError(error, 'LogCorrupted'))
  assert.deepEqual(await log.logs(), [shard.logId])
  await Promise.all([log.deleteLog(shard.logId), log.deleteLog(shard.logId)])
  assert.deepEqual(await readdir(folder), [])
  assert.deepEqual(await log.logs(), [])
  await assert.rejects(log.tip(shard), (error) => isLakeError(error, 'LogNotFound'))
  await log.createShard(shard)
  assert.deepEqual(await log.append(shard, [{ partitionKey: 'k', data: Buffer.from('new') }]), [1n])
})

test('what a crash left of a log that was being made goes with it', async () => {
  await using temporary = await temporaryFolder()
  const { folder } = temporary
  for (const left of [[], ['0000000001.seg.tmp']]) {
    await mkdir(join(folder, shard.logId))
    for (const name of left) await writeFile(join(folder, shard.logId, name), 'part of a header')
    await using log = await openDiskStreamLog({ folder })
    assert.deepEqual(await log.logs(), [shard.logId])
    await assert.rejects(log.tip(shard), (error) => isLakeError(error, 'LogNotFound'))
    await log.deleteLog(shard.logId)
    assert.deepEqual(await readdir(folder), [])
  }
})

test('who reads old records of a log that is deleted is told that it is gone', async () => {
  await using temporary = await temporaryFolder()
  await using log = await openDiskStreamLog({
    folder: temporary.folder,
    tailBytes: 0,
    segmentBytes: 20_000,
  })
  const limits = { limitRecords: 1000, limitBytes: 1e7 }
  const { shardId } = shard
  const places = { shardIds: [shardId], afters: new Float64Array([0]) }
  const asksOf = (logId: string) => [
    () => log.read({ logId, shardId }, { after: 0n, ...limits }),
    () => log.readPages(logId, { ...places, tos: new Float64Array([20]) }, limits),
    () => log.extents(logId, places, { ...limits, shardRecords: 1000, shardBytes: 1e7 }),
    () => log.positionAt({ logId, shardId }, 5),
    () => log.trimHorizon({ logId, shardId }),
  ]
  for (let round = 0; round < 20; round += 1) {
    const own = { logId: `log-${round}`, shardId }
    await log.createShard(own)
    for (let n = 0; n < 20; n += 1) {
      await log.append(own, [{ partitionKey: 'k', data: Buffer.alloc(3000, n) }])
    }
    let isGone = false
    const asking = asksOf(own.logId).map(async (ask) => {
      while (!isGone) {
        await nextTurn()
        await ask().catch((error: unknown) => {
          assert.ok(isLakeError(error, 'LogNotFound'), String(error))
        })
      }
    })
    for (let turn = 0; turn < round; turn += 1) await nextTurn()
    await log.deleteLog(own.logId)
    isGone = true
    await Promise.all(asking)
  }
})

/** Makes the shard anew with 20 records of one byte again and again, and reads them all. */
function filling(log: StreamLog) {
  return {
    fill: async (value: number) => {
      await log.createShard(shard)
      for (let n = 0; n < 20; n += 1) {
        await log.append(shard, [{ partitionKey: 'k', data: Buffer.alloc(250_000, value) }])
      }
    },
    read: () => log.read(shard, { after: 0n, limitRecords: 1000, limitBytes: 1e8 }),
  }
}

test('a reader who is under way while his log is deleted leaves nothing of it open, and nothing to the next log of its name', async () => {
  await using temporary = await temporaryFolder()
  const held = new HeldFiles()
  await using log = await openDiskStreamLog({
    folder: temporary.folder,
    tailBytes: 0,
    segmentBytes: 1_000_000,
    files: held.files,
  })
  const { fill, read } = filling(log)
  await fill(1)
  held.holdNextRead()
  const reading = read().catch((error: unknown) => assert.ok(isLakeError(error, 'LogNotFound')))
  await held.isHeld
  held.beforeGoing = async () => {
    held.go()
    await reading
  }
  await log.deleteLog(shard.logId)
  assert.equal(held.goneButOpen(), 0)
  await fill(2)
  const found = await read()
  assert.deepEqual(
    found.map(({ data }) => data[0]),
    Array.from({ length: 20 }, () => 2),
  )
})

test('who reads a log that was made anew never meets what a reader of the former one could not open', async () => {
  await using temporary = await temporaryFolder()
  const held = new HeldFiles()
  await using log = await openDiskStreamLog({
    folder: temporary.folder,
    tailBytes: 0,
    files: held.files,
  })
  const { fill, read } = filling(log)
  await fill(1)
  held.holdNextRead()
  const former = assert.rejects(read(), (error) => isLakeError(error, 'LogNotFound'))
  await held.isHeld
  await log.deleteLog(shard.logId)
  held.heldPath = join(temporary.folder, shard.logId, '0000000001.seg')
  held.letReadGo()
  await Promise.race([former, held.isOpenHeld])
  await fill(2)
  const reading = read()
  await nextTurn()
  held.go()
  await former
  const found = await reading
  assert.deepEqual([...new Set(found.map(({ data }) => data[0]))], [2])
  assert.equal(found.length, 20)
})

test('a log that is asked for while somebody makes it is made', async () => {
  await using temporary = await temporaryFolder()
  for (let hops = 0; hops < 12; hops += 1) {
    const own = { logId: `log-${hops}`, shardId: 's0' }
    let ask: (() => Promise<void>) | undefined
    await using log = await openDiskStreamLog({
      folder: temporary.folder,
      files: {
        ...diskFiles,
        list: async (path) => {
          const names = await Promise.allSettled([diskFiles.list(path)])
          void ask?.()
          if (names[0].status === 'rejected') throw names[0].reason
          return names[0].value
        },
      },
    })
    ask = async () => {
      ask = undefined
      // So many turns after the answer another asks for the log.
      for (let turn = 0; turn < hops; turn += 1) await Promise.resolve()
      await log.tip(own).catch(() => undefined)
    }
    await log.createShard(own)
    assert.equal((await log.tip(own)).sequence, 0n)
  }
})

test('a log that is closed waits for the deletion that is under way, and makes nothing after it', async () => {
  await using temporary = await temporaryFolder()
  const { folder } = temporary
  const log = await openDiskStreamLog({ folder })
  await log.createShard(shard)
  const deleting = log.deleteLog(shard.logId)
  const creating = log.createShard({ logId: 'other', shardId: 's0' }).catch((error: unknown) => {
    assert.ok(isLakeError(error, 'LogClosed'), String(error))
  })
  await log.close()
  assert.deepEqual(await readdir(folder), [])
  await Promise.all([deleting, creating])
  assert.deepEqual(await readdir(folder), [])
})

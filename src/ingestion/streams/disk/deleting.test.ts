import assert from 'node:assert/strict'
import { fstatSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { isLakeError } from '#kit'
import type { ShardRef } from '../stream-log.ts'
import { openDiskStreamLog } from './disk-stream-log.ts'
import { diskFiles, type LogFiles } from './files.ts'

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

test('a reader who is under way while his log is deleted leaves nothing of it open, and nothing to the next log of its name', async () => {
  await using temporary = await temporaryFolder()
  const held = new HeldFiles()
  await using log = await openDiskStreamLog({
    folder: temporary.folder,
    tailBytes: 0,
    segmentBytes: 1_000_000,
    files: held.files,
  })
  const fill = async (value: number) => {
    await log.createShard(shard)
    for (let n = 0; n < 20; n += 1) {
      await log.append(shard, [{ partitionKey: 'k', data: Buffer.alloc(250_000, value) }])
    }
  }
  const read = () => log.read(shard, { after: 0n, limitRecords: 1000, limitBytes: 1e8 })
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

/** Files of which one read waits until it is let go. */
class HeldFiles {
  readonly files: LogFiles
  /** Called when a log's folder is about to go from its path. */
  beforeGoing = async () => {}
  readonly isHeld: Promise<void>
  readonly #held = Promise.withResolvers<void>()
  readonly #mayGo = Promise.withResolvers<void>()
  #isHolding = false
  readonly #open = new Map<number, string>()

  constructor() {
    this.isHeld = this.#held.promise
    this.files = {
      ...diskFiles,
      open: async (path, flags) => {
        const fd = await diskFiles.open(path, flags)
        this.#open.set(fd, path)
        return fd
      },
      close: (fd) => {
        this.#open.delete(fd)
        return diskFiles.close(fd)
      },
      read: async (...asked) => {
        await this.#hold()
        return diskFiles.read(...asked)
      },
      readPieces: async (...asked) => {
        await this.#hold()
        return diskFiles.readPieces(...asked)
      },
      rename: async (from, to) => {
        if (to.includes('.deleted-')) await this.beforeGoing()
        await diskFiles.rename(from, to)
      },
    }
  }

  holdNextRead(): void {
    this.#isHolding = true
  }

  async #hold(): Promise<void> {
    if (!this.#isHolding) return
    this.#isHolding = false
    this.#held.resolve()
    await this.#mayGo.promise
  }

  go(): void {
    this.#mayGo.resolve()
  }

  /** Files that are open and in no folder: the disk cannot have their room back. */
  goneButOpen(): number {
    return [...this.#open.keys()].filter((fd) => fstatSync(fd).nlink === 0).length
  }
}

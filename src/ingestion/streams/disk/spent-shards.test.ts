import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isLakeError } from '#kit'
import { randomNumbers } from '../random-numbers.fixture.ts'
import { columnsOf } from '../record-columns.ts'
import type { StreamLog } from '../stream-log.ts'
import { openDiskStreamLog } from './disk-stream-log.ts'
import { diskFiles, type LogFiles } from './files.ts'
import { decodeSegmentHeader } from './segment-format.ts'

const logId = 'log'
const limits = { limitRecords: 1e6, limitBytes: 1e9 }
const isMissing = (error: unknown) => isLakeError(error, 'LogNotFound')

async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-spent-'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

function dataOf(shardId: string, sequence: number): Buffer {
  return Buffer.from(`${shardId}:${sequence}`.padEnd(20 + ((sequence * 37) % 700), '.'))
}

function recordsOf(shardId: string, first: number, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    partitionKey: 'k',
    data: dataOf(shardId, first + index),
  }))
}

/** Gives up all that shards have, and says that they are spent. */
async function spend(log: StreamLog, shardIds: readonly string[]): Promise<void> {
  for (const shardId of shardIds) {
    const sequence = await log.tip({ logId, shardId }).then(
      (tip) => tip.sequence,
      (error: unknown) => assert.ok(isMissing(error)),
    )
    if (sequence) await log.trim({ logId, shardId }, { sequence })
  }
  const spent = new Set(shardIds)
  await log.trimBefore(logId, 0, (shardId) => spent.has(shardId))
}

async function newestHeader(folder: string) {
  const names = (await readdir(join(folder, logId))).filter((name) => name.endsWith('.seg'))
  return decodeSegmentHeader(await readFile(join(folder, logId, names.toSorted().at(-1)!)))!
}

async function bytesOf(folder: string): Promise<number> {
  const names = await readdir(join(folder, logId))
  const sizes = await Promise.all(names.map(async (name) => stat(join(folder, logId, name))))
  return sizes.reduce((sum, { size }) => sum + size, 0)
}

for (const hasRecords of [true, false]) {
  test(`a log whose shards were replaced a thousand times is no larger, with records ${hasRecords}`, async () => {
    await using temporary = await temporaryFolder()
    const { folder } = temporary
    let log = await openDiskStreamLog({ folder })
    let shardIds: string[] = []
    const sizes: number[] = []
    for (let round = 0; round < 24; round += 1) {
      shardIds = Array.from({ length: 100 }, (_, index) => `shard-${round * 100 + index}`)
      await Promise.all(shardIds.map((shardId) => log.createShard({ logId, shardId })))
      if (hasRecords) {
        const { errors } = await log.appendBatch({
          logId,
          columns: columnsOf(shardIds.map((shardId) => recordsOf(shardId, 1, 1)[0]!)),
          shardIds,
          shards: Int32Array.from(shardIds.keys()),
        })
        assert.equal(errors.size, 0)
        await log.trimBefore(logId, Date.now() + 1e9)
      }
      const live = new Set(shardIds)
      await log.trimBefore(logId, 0, (shardId) => !live.has(shardId))
      if (round % 10 === 7) {
        await log.close()
        log = await openDiskStreamLog({ folder })
      }
      const { shards, sizeBytes } = await newestHeader(folder)
      assert.ok(shards.length <= 300, `${shards.length} places in round ${round}`)
      sizes.push(sizeBytes)
      assert.ok((await bytesOf(folder)) < 60_000)
    }
    assert.deepEqual(
      await log.tips(logId, shardIds),
      new Float64Array(100).fill(Number(hasRecords)),
    )
    assert.ok(Math.max(...sizes.slice(12)) <= Math.max(...sizes.slice(0, 12)))
    await log.close()
  })
}

test('whoever knows where a shard was that is forgotten does not meet the one that has its place', async () => {
  await using temporary = await temporaryFolder()
  const stopped = new StoppedWrites()
  await using log = await openDiskStreamLog({
    folder: temporary.folder,
    segmentBytes: 2000,
    files: stopped.files,
  })
  const live = Array.from({ length: 9 }, (_, index) => `live-${index}`)
  const shardIds = [...live, 'old']
  for (const shardId of shardIds) await log.createShard({ logId, shardId })
  const all = {
    logId,
    columns: columnsOf(shardIds.map((shardId) => recordsOf(shardId, 1, 1)[0]!)),
    shardIds,
    shards: Int32Array.from(shardIds.keys()),
  }
  assert.equal((await log.appendBatch(all)).errors.size, 0)
  let next = 2
  const fill = async () => {
    for (let n = 0; n < 10; n += 1, next += 1) {
      await log.append({ logId, shardId: 'live-0' }, recordsOf('live-0', next, 1))
    }
  }
  const giveUp = async () => {
    for (const shardId of live) await log.trim({ logId, shardId }, { sequence: BigInt(next - 5) })
    await spend(log, ['old'])
  }
  await fill()
  await giveUp()
  // What is written next is the last of its segment.
  await log.append({ logId, shardId: 'live-1' }, [{ partitionKey: 'k', data: Buffer.alloc(3000) }])
  const waiting = log.wait({ logId, shardId: 'old' }, 1n, new AbortController().signal)
  // It waits behind the group that begins the next segment, with the positions that it found.
  stopped.stop()
  const appending = fill()
  const late = log.append({ logId, shardId: 'old' }, recordsOf('old', 2, 1))
  const refused = assert.rejects(late, isMissing)
  stopped.go()
  await appending
  await refused
  await waiting
  await assert.rejects(log.read({ logId, shardId: 'old' }, { after: 0n, ...limits }), isMissing)
  for (let round = 0; round < 3; round += 1) {
    await fill()
    await giveUp()
  }
  await log.createShard({ logId, shardId: 'new' })
  await log.append({ logId, shardId: 'new' }, recordsOf('new', 1, 2))
  await fill()
  const { shards } = await newestHeader(temporary.folder)
  assert.equal(shards[9]?.shardId, 'new')
  const { errors, sequences } = await log.appendBatch(all)
  assert.ok(isMissing(errors.get(9)))
  assert.equal(sequences[9], 0)
  const afters = new Float64Array(10)
  await assert.rejects(
    log.extents(logId, { shardIds, afters }, { ...limits, shardRecords: 10, shardBytes: 1e6 }),
    isMissing,
  )
  const found = await log.read({ logId, shardId: 'new' }, { after: 0n, ...limits })
  assert.deepEqual(
    found.map(({ data }) => Buffer.from(data)),
    [dataOf('new', 1), dataOf('new', 2)],
  )
})

/** Writes wait while it is stopped. */
class StoppedWrites {
  readonly files: LogFiles
  #stopped = Promise.withResolvers<void>()

  constructor() {
    this.#stopped.resolve()
    this.files = {
      ...diskFiles,
      writeSynced: async (...asked) => {
        await this.#stopped.promise
        return diskFiles.writeSynced(...asked)
      },
    }
  }

  stop(): void {
    this.#stopped = Promise.withResolvers<void>()
  }

  go(): void {
    this.#stopped.resolve()
  }
}

/** Files of a process that dies: after so many calls that change something none does anything any more. */
function dyingFiles(random: (below: number) => number): LogFiles {
  let left = 20 + random(250)
  const dying =
    <A extends unknown[], R>(call: (...asked: A) => Promise<R>) =>
    async (...asked: A): Promise<R> => {
      left -= 1
      if (left < 0) throw Object.assign(new Error('EIO: dead'), { code: 'EIO' })
      return call(...asked)
    }
  return {
    ...diskFiles,
    write: dying(diskFiles.write),
    writeSynced: dying(diskFiles.writeSynced),
    sync: dying(diskFiles.sync),
    truncate: dying(diskFiles.truncate),
    rename: dying(diskFiles.rename),
    remove: dying(diskFiles.remove),
    syncFolder: dying(diskFiles.syncFolder),
  }
}

/** A log whose shards come and go, and what is known of it. */
class Replaced {
  log: StreamLog
  live: string[] = []
  readonly #spent: string[] = []
  /** Of a shard the newest record that was acknowledged, and what it has given up. */
  readonly #tips = new Map<string, number>()
  readonly #trimmed = new Map<string, number>()
  readonly #random: (below: number) => number
  #next = 0

  constructor(log: StreamLog, random: (below: number) => number) {
    this.log = log
    this.#random = random
  }

  async replace(): Promise<void> {
    const gone = this.#random(3) === 0 ? this.live.splice(this.#random(this.live.length), 1) : []
    this.#spent.push(...gone)
    if (this.live.length > 6) return
    const shardId = `s${this.#next}`
    this.#next += 1
    await this.log.createShard({ logId, shardId })
    this.#tips.set(shardId, 0)
    this.live.push(shardId)
  }

  async append(): Promise<void> {
    const shardId = this.live[this.#random(this.live.length)]!
    const tip = this.#tips.get(shardId)!
    const count = 1 + this.#random(20)
    const [first] = await this.log.append({ logId, shardId }, recordsOf(shardId, tip + 1, count))
    assert.equal(Number(first), tip + 1)
    this.#tips.set(shardId, tip + count)
  }

  async trim(): Promise<void> {
    for (const shardId of this.live) {
      const last = Math.max(this.#trimmed.get(shardId) ?? 0, this.#tips.get(shardId)! - 30)
      this.#trimmed.set(shardId, last)
      await this.log.trim({ logId, shardId }, { sequence: BigInt(last) })
    }
    await spend(this.log, this.#spent)
  }

  async check(): Promise<void> {
    for (const shardId of this.live) {
      const found = await this.log.read({ logId, shardId }, { after: 0n, ...limits })
      const tip = this.#tips.get(shardId)!
      const first = Number(found[0]?.sequence ?? tip + 1)
      assert.ok(first - 1 <= (this.#trimmed.get(shardId) ?? 0), `${first} of ${shardId}`)
      for (const [index, { sequence, data }] of found.entries()) {
        assert.equal(Number(sequence), first + index)
        assert.ok(dataOf(shardId, first + index).equals(data))
      }
      assert.equal(first + found.length - 1, tip)
      const horizon = Number(await this.log.trimHorizon({ logId, shardId }))
      assert.ok(horizon === 0 ? found.length === 0 : horizon === first)
      assert.equal(Number(await this.log.positionAt({ logId, shardId }, Date.now() + 1e9)), tip)
    }
    for (const shardId of this.#spent) {
      const found = await this.log
        .read({ logId, shardId }, { after: 0n, ...limits })
        .catch((error) => {
          assert.ok(isMissing(error), String(error))
          return []
        })
      for (const { sequence, data } of found) {
        assert.ok(dataOf(shardId, Number(sequence)).equals(data))
      }
    }
    const each = { ...limits, shardRecords: 1e6, shardBytes: 1e9 }
    const afters = new Float64Array(this.live.length)
    const { lasts } = await this.log.extents(logId, { shardIds: this.live.slice(), afters }, each)
    assert.deepEqual(
      [...lasts],
      this.live.map((shardId) => this.#tips.get(shardId)),
    )
  }

  /** What was not acknowledged may be there. */
  async afterDeath(log: StreamLog): Promise<void> {
    this.log = log
    const last = `s${this.#next - 1}`
    await this.log.createShard({ logId, shardId: last })
    if (!this.live.includes(last) && !this.#spent.includes(last)) this.live.push(last)
    for (const shardId of this.live) {
      const tip = Number((await log.tip({ logId, shardId })).sequence)
      assert.ok(tip >= (this.#tips.get(shardId) ?? 0), `the tip of ${shardId}`)
      this.#tips.set(shardId, tip)
    }
  }
}

for (let seed = 1; seed <= 4; seed += 1) {
  test(`shards come and go, and so does the process: ${seed}`, async () => {
    await using temporary = await temporaryFolder()
    const random = randomNumbers(seed)
    const segmentBytes = [3000, 12_000, 60_000][random(3)]!
    const tailBytes = [0, 5000, 1e6][random(3)]!
    const open = (files: LogFiles) =>
      openDiskStreamLog({ folder: temporary.folder, segmentBytes, tailBytes, files })
    const replaced = new Replaced(await open(diskFiles), random)
    await replaced.replace()
    for (let life = 0; life < 3; life += 1) {
      await replaced.log.close()
      replaced.log = await open(dyingFiles(random))
      try {
        for (let step = 0; step < 30; step += 1) {
          await replaced.replace()
          await replaced.append()
          if (random(3) === 0) await replaced.trim()
          if (random(8) === 0) await replaced.check()
        }
      } catch (error) {
        assert.ok(
          isLakeError(error, 'LogFailed') || (error as { code?: string }).code === 'EIO',
          String(error),
        )
      }
      await replaced.log.close().catch(() => undefined)
      await replaced.afterDeath(await open(diskFiles))
      await replaced.check()
      await replaced.trim()
      await replaced.check()
    }
    await replaced.log.close()
    const { shards } = await newestHeader(temporary.folder)
    assert.ok(shards.length < 60, `${shards.length} places`)
  })
}

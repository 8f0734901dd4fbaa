import assert from 'node:assert/strict'
import { link, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { isLakeError } from '#kit'
import type { StreamLog } from '../stream-log.ts'
import { openDiskStreamLog } from './disk-stream-log.ts'
import { diskFiles, type LogFiles } from './files.ts'

const logId = 'log'
const segmentBytes = 2000
const old = { logId, shardId: 'old' }
const live = { logId, shardId: 'live' }
const added = { logId, shardId: 'added' }

/** Files on a disk that may lose its power: what was removed, and of which the folder was not synced since, is there again then. */
class PoweredFiles {
  readonly files: LogFiles
  /** The power goes when the next segment has its name, before anybody can make sure of that. */
  diesAtSegment = false
  #isDead = false
  readonly #aside: string
  readonly #removed = new Set<string>()

  constructor(aside: string) {
    this.#aside = aside
    const alive =
      <A extends unknown[], R>(call: (...asked: A) => Promise<R>) =>
      async (...asked: A): Promise<R> => {
        if (this.#isDead) throw Object.assign(new Error('EIO: no power'), { code: 'EIO' })
        return call(...asked)
      }
    this.files = {
      ...diskFiles,
      write: alive(diskFiles.write),
      writeSynced: alive(diskFiles.writeSynced),
      sync: alive(diskFiles.sync),
      truncate: alive(diskFiles.truncate),
      rename: alive(async (from, to) => {
        await diskFiles.rename(from, to)
        this.#isDead = this.diesAtSegment && to.endsWith('.seg')
      }),
      remove: alive(async (path) => {
        if (path.endsWith('.seg')) {
          await link(path, join(this.#aside, basename(path)))
          this.#removed.add(path)
        }
        await diskFiles.remove(path)
      }),
      syncFolder: alive(async (path) => {
        await diskFiles.syncFolder(path)
        this.#removed.clear()
      }),
    }
  }

  /** What the disk has when its power is back. */
  async lose(): Promise<void> {
    for (const path of this.#removed) await rename(join(this.#aside, basename(path)), path)
  }
}

async function setUp() {
  const root = await mkdtemp(join(tmpdir(), 'boathouse-power-'))
  const [folder, aside] = [join(root, 'logs'), join(root, 'aside')]
  await mkdir(aside)
  const powered = new PoweredFiles(aside)
  const log = await openDiskStreamLog({ folder, segmentBytes, files: powered.files })
  await log.createShard(old)
  await log.createShard(live)
  await log.append(old, recordsOf('old', 10))
  await fillSegment(log)
  return {
    log,
    powered,
    /** The log after the power was gone for a while. */
    again: async () => {
      await log.close()
      await powered.lose()
      return openDiskStreamLog({ folder, segmentBytes, tailBytes: 0 })
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}

function recordsOf(shardId: string, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    partitionKey: 'k',
    data: Buffer.from(`${shardId}:${index + 1}`),
  }))
}

/** What is written next is in another segment. */
async function fillSegment(log: StreamLog): Promise<void> {
  for (const sizeBytes of [1, segmentBytes]) {
    await log.append(live, [{ partitionKey: 'k', data: Buffer.alloc(sizeBytes) }])
  }
}

/** Frees all segments but the newest, and says which shard is spent. */
async function free(log: StreamLog): Promise<void> {
  const { sequence } = await log.tip(live)
  await log.trim(live, { sequence: sequence - 1n })
  await log.trim(old, { sequence: 10n }).catch((error: unknown) => {
    assert.ok(isLakeError(error, 'LogNotFound'))
  })
  await log.trimBefore(logId, 0, (shardId) => shardId === 'old')
}

async function mustHaveItsOwn(log: StreamLog): Promise<void> {
  const found = await log.read(added, { after: 0n, limitRecords: 100, limitBytes: 1e6 })
  assert.deepEqual(
    found.map(({ data }) => Buffer.from(data).toString()),
    ['added:1', 'added:2', 'added:3'],
  )
}

test('segments that come back when the power goes do not hide records of a shard in a place that was vacant', async () => {
  await using made = await setUp()
  const { log } = made
  // The segment that begins with the old shard's records written, then one without the shard.
  await fillSegment(log)
  await free(log)
  await fillSegment(log)
  await log.append(live, recordsOf('live', 1))
  await free(log)
  await log.createShard(added)
  await log.append(added, recordsOf('added', 3))
  await using again = await made.again()
  await mustHaveItsOwn(again)
})

test('segments that come back when the power goes are not those of a shard that is not known any more', async () => {
  await using made = await setUp()
  const { log, powered } = made
  await fillSegment(log)
  await free(log)
  powered.diesAtSegment = true
  await assert.rejects(
    fillSegment(log).then(() => fillSegment(log)),
    (error) => isLakeError(error, 'LogFailed'),
  )
  await using again = await made.again()
  await again.createShard(added)
  await again.append(added, recordsOf('added', 3))
  await mustHaveItsOwn(again)
})

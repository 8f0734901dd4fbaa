import assert from 'node:assert/strict'
import { randomBytes, randomInt } from 'node:crypto'
import { cp, mkdir, mkdtemp, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { isLakeError } from '#kit'
import { openStore } from './objects-model-lake.ts'
import { accountId, bucketOf } from './objects-model.ts'

const bucket = bucketOf(0)
const keys = ['a', 'b', 'c']
const sizes = [0, 1, 700, 4096, 12_000]

/** An object that was acknowledged, and how long the database's log was then. */
interface Put {
  readonly key: string
  readonly bytes: Buffer
  readonly logBytes: number
}

/*
 * What a power cut leaves of a file is what was fsynced and any part of what came after. So the log of the database is cut anywhere, in
 * the middle of a commit too: what is found then must be an object that was put, the last that was acknowledged by then or one that came
 * later, with all its bytes. https://www.sqlite.org/wal.html
 */
test('a power cut leaves small objects whole, the acknowledged ones all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-power-'))
  const lake = join(folder, 'lake')
  const cut = join(folder, 'cut')
  try {
    const puts = await putMany(lake, join(folder, 'copy'))
    const last = puts.at(-1)!.logBytes
    const places = [0, 33, last - 1, last, puts[7]!.logBytes, puts[7]!.logBytes - 1]
    while (places.length < 14) places.push(randomInt(last))
    for (const logBytes of places) {
      await cp(join(folder, 'copy'), cut, { recursive: true })
      await truncate(logOf(cut), logBytes)
      await compare(cut, puts, logBytes)
      await rm(cut, { recursive: true })
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** Puts objects, often over each other, and copies the lake while it is open: when it is closed its log is taken in. */
async function putMany(lake: string, copy: string): Promise<readonly Put[]> {
  await mkdir(lake)
  const puts: Put[] = []
  {
    // The schema is taken in.
    await using _ = await openStore(lake)
  }
  await using open = await openStore(lake)
  for (let number = 0; number < 40; number += 1) {
    const key = keys[randomInt(keys.length)]!
    const bytes = randomBytes(sizes[randomInt(sizes.length)]!)
    await open.store.putObject({ accountId, bucket, key, attributes: {} }, bytes)
    const { size: logBytes } = await stat(logOf(lake))
    puts.push({ key, bytes, logBytes })
  }
  await cp(lake, copy, { recursive: true, filter: (path) => !path.endsWith('-shm') })
  return puts
}

async function compare(lake: string, puts: readonly Put[], logBytes: number): Promise<void> {
  await using open = await openStore(lake)
  for (const key of keys) {
    const own = puts.filter((put) => put.key === key)
    const acknowledged = own.findLastIndex((put) => put.logBytes <= logBytes)
    const found = await open.store
      .read({ accountId, bucket, key })
      .then(buffer)
      .catch((error: unknown) => {
        if (isLakeError(error, 'NoSuchKey')) return undefined
        throw error
      })
    if (acknowledged < 0 && !found) continue
    const later = own.slice(Math.max(acknowledged, 0))
    assert.ok(found && later.some((put) => put.bytes.equals(found)), `${key}, cut at ${logBytes}`)
  }
  await open.store.sweep()
  const { orphaned, missing, corrupt } = await open.store.check()
  assert.deepEqual({ orphaned, missing, corrupt }, { orphaned: 0, missing: 0, corrupt: 0 })
  assert.deepEqual(await open.store.recount(), [])
}

function logOf(lake: string): string {
  return join(lake, 'lake.db-wal')
}

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ManualClock, isLakeError, silentLogger } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createObjectStore, migrations, type ObjectStore } from '#storage/objects'
import { poll } from '../harness/index.ts'
import { accountId, bucket, contentOf } from './tiers-content.ts'

const mover = fileURLToPath(new URL('tiers-mover.ts', import.meta.url))
const dayMs = 24 * 60 * 60 * 1000
const rounds = 4
const numbersPerRound = 1000

/** By key: the last number that was acknowledged, and the one under way at the kill. */
type States = Map<string, { acknowledged: number | undefined; begun: number }>

async function moveUntilKilled(
  folder: string,
  start: number,
  linesMax: number,
  states: States,
): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=source', mover, folder, `${start}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let lines = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, key = '', number] = line.split(' ')
    const acknowledged = what === 'done' ? Number(number) : states.get(key)?.acknowledged
    states.set(key, { acknowledged, begun: Number(number) })
    lines += 1
    if (lines === linesMax) child.kill('SIGKILL')
  }
  await exited
  assert.ok(lines >= linesMax, 'the mover was killed, and did not end by itself')
}

/** The bytes of an object, restored first when it is archived. */
async function bytesOf(store: ObjectStore, key: string): Promise<Buffer> {
  const ref = { accountId, bucket, key }
  try {
    return await buffer(await store.read(ref))
  } catch (error) {
    if (!isLakeError(error, 'InvalidObjectState')) throw error
  }
  await store.tiering.restore(ref, { days: 1, tier: 'Standard' }).catch((error: unknown) => {
    if (!isLakeError(error, 'RestoreAlreadyInProgress')) throw error
  })
  await store.tiering.settle()
  await poll('the restore', async () => (await store.find(ref)).restore_until_ms !== null)
  return buffer(await store.read(ref))
}

test('kill -9 while it moves between tiers: no object is lost or torn, and no blob is left', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-tiers-kill-'))
  const log = silentLogger()
  const states: States = new Map()
  try {
    for (let round = 0; round < rounds; round += 1) {
      const start = 1 + round * numbersPerRound
      await moveUntilKilled(folder, start, 30 + Math.floor(Math.random() * 120), states)
      const clock = new ManualClock(Date.UTC(2026, 0, 1) + (start + numbersPerRound - 10) * dayMs)
      const path = join(folder, 'lake.db')
      await using database = await openSqliteDatabase({ path, migrations, log })
      await using store = await createObjectStore({
        database,
        folder: join(folder, 'objects'),
        places: { cold: { kind: 'folder', path: join(folder, 'cold') }, cacheBytesMax: 0 },
        clock,
        log,
      })
      await store.sweep()
      for (const [key, { acknowledged, begun }] of states) {
        if (acknowledged === undefined) continue
        const bytes = await bytesOf(store, key)
        const isOne = [acknowledged, begun].some((number) => contentOf(key, number).equals(bytes))
        assert.ok(isOne, `round ${round}: ${key} holds what was put last`)
      }
      const uploads = await store.listUploads({ accountId, bucket, prefix: '', limit: 1000 })
      for (const { row } of uploads.entries) {
        const { key, upload_id: uploadId } = row!
        await store.uploads.abort({ accountId, bucket, key, uploadId })
      }
      await store.sweep()
      const { orphaned, missing, corrupt } = await store.check()
      assert.deepEqual({ orphaned, missing, corrupt }, { orphaned: 0, missing: 0, corrupt: 0 })
      assert.deepEqual(await store.recount(), [], 'the figures are right')
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

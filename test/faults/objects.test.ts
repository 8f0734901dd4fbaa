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
import { silentLogger, systemClock } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createObjectStore, migrations, type ObjectStore } from '#storage/objects'
import { accountId, bucket, contentOf } from './objects-content.ts'

const writer = fileURLToPath(new URL('objects-writer.ts', import.meta.url))
const rounds = 5

/** What a key may hold: the last number that was acknowledged, and the one under way at the kill. */
interface State {
  acknowledged: number | undefined
  begun: number | undefined
}

async function writeUntilKilled(
  folder: string,
  start: number,
  linesMax: number,
  states: Map<string, State>,
): Promise<void> {
  const child = spawn(process.execPath, ['--conditions=source', writer, folder, `${start}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let lines = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, key, number] = line.split(' ')
    const state = states.get(key!) ?? { acknowledged: undefined, begun: undefined }
    states.set(key!, state)
    state.begun = Number(number)
    if (what === 'done') state.acknowledged = Number(number)
    lines += 1
    if (lines === linesMax) child.kill('SIGKILL')
  }
  await exited
  assert.ok(lines >= linesMax, 'the writer was killed, and did not end by itself')
}

/** The number whose content the key holds; undefined when nothing is there. Fails when it is torn. */
async function numberOf(
  store: ObjectStore,
  key: string,
  possible: readonly (number | undefined)[],
) {
  const info = await store.head({ accountId, bucket, key }).catch(() => undefined)
  if (!info) return undefined
  const bytes = await buffer(await store.read({ accountId, bucket, key }))
  assert.equal(bytes.length, info.sizeBytes, `${key} is as long as its row says`)
  return (
    possible.find((number) => number !== undefined && contentOf(key, number).equals(bytes)) ?? -1
  )
}

test('kill -9 while it writes: no object is lost or torn, and no blob is left behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-kill-'))
  const log = silentLogger()
  const states = new Map<string, State>()
  try {
    for (let round = 0; round < rounds; round += 1) {
      const lines = 40 + Math.floor(Math.random() * 300)
      await writeUntilKilled(folder, 1 + round * 1000, lines, states)
      await using database = await openSqliteDatabase({
        path: join(folder, 'lake.db'),
        migrations,
        log,
      })
      await using store = await createObjectStore({
        database,
        folder: join(folder, 'objects'),
        clock: systemClock,
        log,
      })
      await store.sweep()
      for (const [key, { acknowledged, begun }] of states) {
        const number = await numberOf(store, key, [acknowledged, begun])
        const asAcknowledged =
          acknowledged === undefined || acknowledged % 3 === 0 ? undefined : acknowledged
        const asBegun = begun === undefined || begun % 3 === 0 ? undefined : begun
        assert.ok(
          number === asAcknowledged || number === asBegun,
          `round ${round}: ${key} holds ${number}, not ${asAcknowledged} or ${asBegun}`,
        )
      }
      const page = await store.list({ accountId, bucket, prefix: '', limit: 1000 })
      const uploads = await store.listUploads({ accountId, bucket, prefix: '', limit: 1000 })
      for (const { row } of uploads.entries) {
        const { key, upload_id: uploadId } = row!
        await store.uploads.abort({ accountId, bucket, key, uploadId })
      }
      await store.sweep()
      const { blobs, orphaned, missing, corrupt } = await store.check()
      assert.deepEqual({ orphaned, missing, corrupt }, { orphaned: 0, missing: 0, corrupt: 0 })
      assert.equal(blobs, page.objects.length, 'one blob for each object')
    }
  } finally {
    await rm(folder, { recursive: true })
  }
})

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { silentLogger, systemClock } from '#kit'
import {
  cleanExpired,
  expireSnapshots,
  migrations,
  removeOrphanFiles,
} from '#processing/maintenance'
import { accountId, openTables, region, type OpenTables } from '#test/tables'
import { liveIds, plannedFiles } from './tables-content.ts'

const writer = fileURLToPath(new URL('tables-writer.ts', import.meta.url))
const rounds = 3
const ref = { accountId, region, database: 'db', table: 'killed' }

/** Changes that were begun and that were acknowledged; a negative number is a deletion. */
interface Heard {
  readonly begun: Set<number>
  readonly done: Set<number>
}

async function writeUntilKilled(folder: string, start: number, linesMax: number, heard: Heard) {
  const child = spawn(process.execPath, ['--conditions=source', writer, folder, `${start}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  let lines = 0
  for await (const line of createInterface({ input: child.stdout })) {
    const [what, id] = line.split(' ')
    if (what === 'begin') heard.begun.add(Number(id))
    else heard.done.add(Number(id))
    lines += 1
    if (lines === linesMax) child.kill('SIGKILL')
  }
  await exited
  assert.ok(lines >= linesMax, 'the writer was killed, and did not end by itself')
}

async function idsOf(lake: OpenTables): Promise<ReadonlySet<number>> {
  const ids: number[] = []
  for (const planned of await plannedFiles(lake, { ref })) {
    ids.push(...(await liveIds(lake, planned)))
  }
  assert.equal(new Set(ids).size, ids.length, 'no row is there twice')
  return new Set(ids)
}

function compare(ids: ReadonlySet<number>, { begun, done }: Heard): void {
  for (const id of done) {
    if (id < 0) assert.ok(!ids.has(-id), `${-id} was deleted`)
    else if (!begun.has(-id)) assert.ok(ids.has(id), `${id} was acknowledged`)
  }
  for (const id of ids) {
    assert.ok(begun.has(id) && !done.has(-id), `${id} was never written, or is deleted`)
  }
}

/** Every snapshot that the table still has can be read, to the last file. */
async function readHistory(lake: OpenTables): Promise<void> {
  const { metadata } = await lake.tables.load(ref)
  for (const snapshot of metadata.snapshots) {
    for (const planned of await plannedFiles(lake, { ref }, snapshot)) await liveIds(lake, planned)
  }
}

test('kill -9 in the middle of commits, rewrites, expiry and removal: a table is at one of two states, and no live file is gone', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-tables-kill-'))
  const heard: Heard = { begun: new Set(), done: new Set() }
  try {
    for (let round = 0; round < rounds; round += 1) {
      const lines = 50 + Math.floor(Math.random() * 80)
      await writeUntilKilled(folder, 1 + round * 1_000_000, lines, heard)
      await using lake = await openTables(folder, migrations)
      compare(await idsOf(lake), heard)
      await readHistory(lake)
    }
    await using lake = await openTables(folder, migrations)
    await removeAllBut(lake)
    compare(await idsOf(lake), heard)
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** After all is cleaned up there is nothing but what the one snapshot needs. */
async function removeAllBut(lake: OpenTables): Promise<void> {
  const { signal } = new AbortController()
  let ahead = 0
  const clock = { now: () => systemClock.now() + 90 * 86_400_000 + (ahead += 86_400_000) }
  const parts = { ...lake, clock, log: silentLogger() }
  const retention = { isExact: true, snapshotAgeMsMax: 1, snapshotsMin: 1 }
  await expireSnapshots(parts, ref, { retention })
  await cleanExpired(parts, signal)
  await removeOrphanFiles(parts, ref, signal)
  const { metadata } = await lake.tables.load(ref)
  assert.equal(metadata.snapshots.length, 1)
  const prefix = `${metadata.location.slice('s3://lake/'.length)}/`
  const { objects } = await lake.objects.list({ accountId, bucket: 'lake', prefix, limit: 1000 })
  const data = objects.filter(({ key }) => key.startsWith(`${prefix}data/`)).map(({ key }) => key)
  const needed = new Set<string>()
  for (const { file, deletes } of await plannedFiles(lake, { ref })) {
    for (const { path } of [file, ...deletes.map((entry) => entry.file)]) {
      needed.add(path.slice('s3://lake/'.length))
    }
  }
  assert.deepEqual(data.toSorted(), [...needed].toSorted(), 'nothing is left behind')
  assert.equal(objects.filter(({ key }) => key.includes('/snap-')).length, 1)
}

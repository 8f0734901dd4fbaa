import { parseLocation, writeDeletionVectors, type NewFile } from '#catalog/tables'
import { isLakeError, silentLogger, systemClock, uuid } from '#kit'
import {
  cleanExpired,
  expireSnapshots,
  migrations,
  removeOrphanFiles,
  rewriteManifests,
} from '#processing/maintenance'
import { accountId, openTables, region } from '#test/tables'
import { idsFile, liveIds, plannedFiles } from './tables-content.ts'

/*
 * Changes one table until it is killed: lanes append ids of their own and delete some of them again, while files are rewritten,
 * snapshots expire, and what nobody needs is removed, on a clock that runs days ahead. Prints `begin <id>` before and `done <id>` after
 * each change: a negative id is a deletion. Arguments: folder, first number.
 */
const [folder = '', start] = process.argv.slice(2)
const lake = await openTables(folder, migrations)
const { signal } = new AbortController()
const ref = { accountId, region, database: 'db', table: 'killed' }
const properties = {
  'format-version': '3',
  'commit.manifest.min-count-to-merge': '4',
  'write.metadata.delete-after-commit.enabled': 'true',
  'write.metadata.previous-versions-max': '5',
}
const schema = { type: 'struct', fields: [{ id: 1, name: 'id', required: true, type: 'long' }] }
await lake.tables
  .create({ accountId, region, database: 'db' }, { name: 'killed', schema, properties }, 'writer')
  .catch(() => undefined)
const { metadata } = await lake.tables.load(ref)
const table = { ref, location: metadata.location }
let ahead = 0
const clock = { now: () => systemClock.now() + (ahead += 3_600_000) + 30 * 86_400_000 }
const parts = { ...lake, clock, log: silentLogger() }

const say = (what: string, id: number) => process.stdout.write(`${what} ${id}\n`)

async function append(id: number): Promise<void> {
  say('begin', id)
  const added = [await idsFile(lake, table, [id])]
  await lake.tables.changeSnapshot(ref, { change: { kind: 'append', added } }, 'writer')
  say('done', id)
}

/**
 * What a snapshot holds; undefined when it has expired meanwhile. A reader has a quarter of an hour for it, but on the clock of this
 * program that is over at once.
 */
async function whileKept<T>(
  snapshot: ReturnType<typeof currentOf>,
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    const { metadata: now } = await lake.tables.load(ref)
    const id = snapshot?.['snapshot-id']
    if (now.snapshots.some((kept) => kept['snapshot-id'] === id)) throw error
    return undefined
  }
}

/** Deletes one row by a deletion vector, as merge on read does; tries again when others were first. */
async function remove(id: number): Promise<void> {
  say('begin', -id)
  for (;;) {
    const state = await lake.tables.load(ref)
    const current = currentOf(state.metadata)
    const read = <T>(work: () => Promise<T>) => whileKept(current, work)
    for (const planned of (await read(() => plannedFiles(lake, table, current))) ?? []) {
      const ids = await read(() => liveIds(lake, planned))
      const all = await read(() => liveIds(lake, { ...planned, deletes: [] }))
      if (!ids || !all) break
      if (!ids.includes(id)) continue
      const positions = all.flatMap((each, at) => (ids.includes(each) && each !== id ? [] : [at]))
      const written = writeDeletionVectors([{ dataFile: planned.file.path, positions }])
      const location = `${table.location}/data/${uuid()}.puffin`
      const target = { accountId, ...parseLocation(location) }
      const blob = await lake.objects.stage(written.bytes, target)
      const deletes = written.vectors.map((vector): NewFile => ({
        ...vector,
        location,
        blob,
        content: 'position-deletes',
        format: 'puffin',
        specId: 0,
        partition: [],
        sizeBytes: written.bytes.length,
      }))
      const removedDeletes = planned.deletes.map(({ file }) => file)
      const change = { kind: 'row-delta', added: [], deletes, removedDeletes } as const
      const baseSnapshotId = state.metadata['current-snapshot-id']
      try {
        await lake.tables.changeSnapshot(
          ref,
          { change, baseSnapshotId, isolation: 'snapshot' },
          'writer',
        )
        say('done', -id)
        return
      } catch (error) {
        if (!isLakeError(error, 'CommitConflict')) throw error
        break
      }
    }
  }
}

function currentOf(state: typeof metadata) {
  return state.snapshots.find(
    (snapshot) => snapshot['snapshot-id'] === state['current-snapshot-id'],
  )
}

async function rewrite(): Promise<void> {
  const state = await lake.tables.load(ref)
  const current = currentOf(state.metadata)
  const found = await whileKept(current, async () => {
    const files = (await plannedFiles(lake, table, current)).slice(0, 6)
    const live = await Promise.all(files.map((planned) => liveIds(lake, planned)))
    return { files, ids: live.flat() }
  })
  if (!found || found.files.length < 2) return
  const { files, ids } = found
  const added = ids.length === 0 ? [] : [await idsFile(lake, table, ids)]
  const removed = files.map(({ file }) => file)
  const baseSnapshotId = state.metadata['current-snapshot-id']
  const change = { kind: 'rewrite', added, removed } as const
  await lake.tables.changeSnapshot(ref, { change, baseSnapshotId }, 'writer')
}

/** What loses a race is tried again; everything else ends the process, and the test with it. */
async function forever(work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work()
    } catch (error) {
      if (!isLakeError(error, 'CommitConflict')) throw error
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

async function lane(first: number): Promise<void> {
  for (let id = first; ; id += 1) {
    await append(id)
    if (id % 4 === 3) await remove(id - 1)
  }
}

const retention = { isExact: true, snapshotAgeMsMax: 3_600_000, snapshotsMin: 2 }
await Promise.all([
  ...[0, 1, 2].map((at) => lane(Number(start) + at * 100_000)),
  forever(rewrite),
  forever(() => rewriteManifests(parts, ref, { always: true })),
  forever(async () => {
    await expireSnapshots(parts, ref, { retention })
    await cleanExpired(parts, signal)
    await removeOrphanFiles(parts, ref, signal)
  }),
])

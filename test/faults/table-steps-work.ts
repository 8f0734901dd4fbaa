import {
  chooseSnapshot,
  parseLocation,
  purgeDropped,
  writeDeletionVectors,
  type NewFile,
} from '#catalog/tables'
import { silentLogger, systemClock, uuid } from '#kit'
import {
  cleanExpired,
  expireSnapshots,
  migrations,
  removeOrphanFiles,
  rewriteManifests,
} from '#processing/maintenance'
import { accountId, openTables, region, type FaultPoints, type OpenTables } from '#test/tables'
import { idsFile, liveIds, plannedFiles } from './tables-content.ts'

export const ref = { accountId, region, database: 'db', table: 'stepped' }
export const first: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

const location = 's3://lake/db/stepped'
const table = { ref, location }
const { signal } = new AbortController()
const dayMs = 86_400_000
let attempts = 0

/** The steps that tell: dead before a transaction, or at one of its statements, is as dead before it commits. */
export const telling: readonly string[] = ['stage', 'stageFile', 'delete', 'commit', 'committed']

/** The step after this one. Long rows of removals are all alike: of those every so many. */
export function nextStep(step: number): number {
  return step + (step < 10 ? 1 : 7)
}

/** What is done to the table, and the rows that it has then; the same as before where they are not said. */
export interface Work {
  readonly run: (lake: OpenTables) => Promise<void>
  readonly rows?: readonly number[]
}

/** As an interrupted worker's would be: doing it again finds what is there and does the rest. */
export const works: Readonly<Record<string, Work>> = {
  append: {
    run: async (lake) => {
      if ((await idsOf(lake)).includes(11)) return
      const added = [await idsFile(lake, table, [11, 12])]
      await lake.tables.changeSnapshot(ref, { change: { kind: 'append', added } }, 'writer')
    },
    rows: [...first, 11, 12],
  },
  'row-delta': {
    run: async (lake) => {
      for (const planned of await plannedFiles(lake, table)) {
        const ids = await liveIds(lake, planned)
        const at = ids.indexOf(9)
        if (at < 0) continue
        const deletes = [await vectorOf(lake, planned.file.path, at)]
        const { metadata } = await lake.tables.load(ref)
        const baseSnapshotId = metadata['current-snapshot-id']
        const change = { kind: 'row-delta', added: [], deletes } as const
        await lake.tables.changeSnapshot(ref, { change, baseSnapshotId }, 'writer')
      }
    },
    rows: first.filter((id) => id !== 9),
  },
  rewrite: {
    run: async (lake) => {
      const files = await plannedFiles(lake, table)
      if (files.length < 2) return
      const ids = (await Promise.all(files.map((planned) => liveIds(lake, planned)))).flat()
      const removed = files.map(({ file }) => file)
      const { metadata } = await lake.tables.load(ref)
      const baseSnapshotId = metadata['current-snapshot-id']
      const added = [await idsFile(lake, table, ids)]
      const change = { kind: 'rewrite', added, removed } as const
      await lake.tables.changeSnapshot(ref, { change, baseSnapshotId }, 'writer')
    },
  },
  'rewrite-manifests': {
    run: async (lake) => void (await rewriteManifests(partsOf(lake), ref, { always: true })),
  },
  expiry: { run: expire },
  cleaning: {
    run: async (lake) => {
      await expire(lake)
      await cleanExpired(partsOf(lake, 10), signal)
    },
  },
  orphans: {
    run: async (lake) => void (await removeOrphanFiles(partsOf(lake, 10), ref, signal)),
  },
  purge: {
    run: async (lake) => {
      const other = { ...ref, table: 'purged' }
      const state = await lake.tables.load(other).catch(() => undefined)
      if (state) await lake.tables.drop(other, { purgeAt: state.location })
      // What failed is tried again later.
      await purgeDropped(partsOf(lake, (attempts += 1)), signal)
    },
  },
}

async function expire(lake: OpenTables): Promise<void> {
  const retention = { isExact: true, snapshotAgeMsMax: 1, snapshotsMin: 2 }
  await expireSnapshots(partsOf(lake, 5), ref, { retention })
}

function partsOf(lake: OpenTables, daysAhead = 0) {
  const clock = { now: () => systemClock.now() + daysAhead * dayMs }
  return { ...lake, clock, log: silentLogger() }
}

export function openStepped(folder: string, faults?: FaultPoints): Promise<OpenTables> {
  return openTables(folder, migrations, faults)
}

/** A table with a history: appends, a deletion vector, a rewrite; files that nobody knows, and a table that is to be dropped. */
export async function prepare(lake: OpenTables): Promise<void> {
  const schema = { type: 'struct', fields: [{ id: 1, name: 'id', required: true, type: 'long' }] }
  const properties = { 'format-version': '3', 'commit.manifest.min-count-to-merge': '4' }
  const database = { accountId, region, database: 'db' }
  const append = async (to: typeof table, ids: readonly number[]) => {
    const added = [await idsFile(lake, to, ids)]
    await lake.tables.changeSnapshot(to.ref, { change: { kind: 'append', added } }, 'writer')
  }
  for (const name of ['stepped', 'purged']) {
    const place = `s3://lake/db/${name}`
    await lake.tables.create(database, { name, schema, properties, location: place }, 'writer')
    const to = { ref: { ...ref, table: name }, location: place }
    const batches =
      name === 'purged'
        ? [[1]]
        : [
            [1, 2, 3],
            [100, 4],
            [5, 6],
          ]
    for (const ids of batches) await append(to, ids)
  }
  const planned = (await plannedFiles(lake, table)).find(({ file }) =>
    file.metrics.upperBounds.get(1)?.equals(Buffer.from([100, 0, 0, 0, 0, 0, 0, 0])),
  )
  const deletes = [await vectorOf(lake, planned!.file.path, 0)]
  const { metadata } = await lake.tables.load(ref)
  const baseSnapshotId = metadata['current-snapshot-id']
  const change = { kind: 'row-delta', added: [], deletes } as const
  await lake.tables.changeSnapshot(ref, { change, baseSnapshotId }, 'writer')
  await works['rewrite']!.run(lake)
  for (const ids of [[7], [8, 9], [10]]) await append(table, ids)
  for (const name of ['data/lost.json', 'metadata/lost-m0.avro']) {
    await lake.objects.put(
      { accountId, bucket: 'lake', key: `db/stepped/${name}` },
      Buffer.from('nobody knows this'),
    )
  }
}

export async function idsOf(lake: OpenTables): Promise<readonly number[]> {
  const ids: number[] = []
  for (const planned of await plannedFiles(lake, { ref })) {
    ids.push(...(await liveIds(lake, planned)))
  }
  return ids.toSorted((a, b) => a - b)
}

/** Every snapshot that the table has can be read, to the last file. Fails where something is missing. */
export async function readHistory(lake: OpenTables): Promise<void> {
  const { metadata } = await lake.tables.load(ref)
  for (const snapshot of metadata.snapshots) {
    for (const planned of await plannedFiles(lake, { ref }, snapshot)) await liveIds(lake, planned)
  }
  const current = chooseSnapshot(metadata)
  if (!current) throw new Error('the table has lost its snapshot')
}

async function vectorOf(lake: OpenTables, dataFile: string, position: number): Promise<NewFile> {
  const written = writeDeletionVectors([{ dataFile, positions: [position] }])
  const place = `${location}/data/${uuid()}.puffin`
  const blob = await lake.objects.stage(written.bytes, { accountId, ...parseLocation(place) })
  return {
    ...written.vectors[0]!,
    location: place,
    blob,
    content: 'position-deletes',
    format: 'puffin',
    specId: 0,
    partition: [],
    sizeBytes: written.bytes.length,
  }
}

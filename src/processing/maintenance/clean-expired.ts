import type { TableRef } from '#catalog/metastore'
import { type LoadedTable, type Snapshot, type TableMetadata } from '#catalog/tables'
import { isGone, sameTable, type MaintenanceParts } from './parts.ts'
import { manifestsOf, ownFiles, unlessGone, visitFiles } from './reachable.ts'
import { removeObjects } from './remove-objects.ts'
import type { MaintenanceDbTables } from './schema.ts'

export interface Cleaned {
  readonly dataFiles: number
  readonly manifests: number
  readonly lists: number
}

/** Snapshots cleaned in one go: their lists and manifests are held at once. */
const snapshotsMax = 500

/**
 * Removes the files of expired snapshots that nothing in the table needs any more, once their time of grace is over. What is needed is
 * read from the table as it stands now, so that doing it twice, or after a crash in between, does no harm.
 */
export async function cleanExpired(parts: MaintenanceParts, signal: AbortSignal): Promise<void> {
  const { database, clock } = parts
  for (;;) {
    if (signal.aborted) return
    const due = await database
      .tables<MaintenanceDbTables>()
      .selectFrom('maintenance_expired')
      .selectAll()
      .where('not_before_ms', '<=', clock.now())
      .orderBy('not_before_ms')
      .limit(1)
      .executeTakeFirst()
    if (!due) return
    const ref: TableRef = {
      accountId: due.account_id,
      region: due.region,
      database: due.database_name,
      table: due.table_name,
    }
    await cleanTable(parts, ref, due.table_uuid, signal)
  }
}

async function cleanTable(
  parts: MaintenanceParts,
  ref: TableRef,
  uuid: string,
  signal: AbortSignal,
): Promise<void> {
  const { database, clock, log } = parts
  const rows = await database
    .tables<MaintenanceDbTables>()
    .selectFrom('maintenance_expired')
    .selectAll()
    .where('table_uuid', '=', uuid)
    .where('not_before_ms', '<=', clock.now())
    .limit(snapshotsMax)
    .execute()
  let isDone = true
  try {
    const table = await tableAt(parts, ref, uuid)
    // Dropped or renamed: the purge, or the removal of orphans, sees to the files.
    if (table) await removeUnreachable(parts, ref, table, rows, signal)
  } catch (error) {
    if (signal.aborted) return
    log.warn({ err: error, table: ref.table }, 'files of expired snapshots stay for now')
    isDone = false
  }
  const ids = rows.map((row) => row.snapshot_id)
  await database.transaction(async (tx) => {
    const db = tx.tables<MaintenanceDbTables>()
    if (isDone) {
      await db
        .deleteFrom('maintenance_expired')
        .where('table_uuid', '=', uuid)
        .where('snapshot_id', 'in', ids)
        .execute()
      return
    }
    await db
      .updateTable('maintenance_expired')
      .set({ not_before_ms: clock.now() + 3_600_000 })
      .where('table_uuid', '=', uuid)
      .where('snapshot_id', 'in', ids)
      .execute()
  })
}

async function tableAt(
  { tables }: MaintenanceParts,
  ref: TableRef,
  uuid: string,
): Promise<LoadedTable | undefined> {
  try {
    const table = await tables.load(ref)
    return table.metadata['table-uuid'] === uuid ? table : undefined
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

/** Up to so many snapshots are all asked. */
const witnessesMax = 1_000

/**
 * The snapshots to ask whether a file is still needed. What a snapshot has and an earlier one had, all between them have: so in a long
 * history it is enough to ask the first that is left after a gap, those that the expired ones grew from, and every head.
 */
function witnesses(
  { snapshots, refs }: TableMetadata,
  gone: readonly MaintenanceDbTables['maintenance_expired'][],
): readonly Snapshot[] {
  if (snapshots.length <= witnessesMax) return snapshots
  const ids = new Set(snapshots.map((snapshot) => snapshot['snapshot-id']))
  const asked = new Set(Object.values(refs).map((ref) => ref['snapshot-id']))
  for (const row of gone) if (row.parent_id !== null) asked.add(BigInt(row.parent_id))
  return snapshots.filter((snapshot) => {
    const parent = snapshot['parent-snapshot-id']
    return parent === undefined || !ids.has(parent) || asked.has(snapshot['snapshot-id'])
  })
}

async function removeUnreachable(
  parts: MaintenanceParts,
  ref: TableRef,
  { metadata }: LoadedTable,
  rows: readonly MaintenanceDbTables['maintenance_expired'][],
  signal: AbortSignal,
): Promise<Cleaned> {
  const source = parts.manifests.sourceFor(ref.accountId)
  const now = new Set(metadata.snapshots.map((snapshot) => String(snapshot['snapshot-id'])))
  const gone = rows.filter((row) => !now.has(row.snapshot_id))
  const listsKept = new Set(metadata.snapshots.map((snapshot) => snapshot['manifest-list']))
  const expired = gone.map(
    (row) =>
      ({ 'manifest-list': row.manifest_list }) as Pick<Snapshot, 'manifest-list'> as Snapshot,
  )
  const kept = await manifestsOf(witnesses(metadata, gone), source)
  const old = await manifestsOf(expired, source, { ignoreMissing: true })
  const manifests = [...old.values()].filter(({ path }) => !kept.has(path))
  const files = new Set<string>()
  for (const manifest of manifests) {
    await unlessGone(visitFiles(manifest, source, ({ path }) => files.add(path)))
    signal.throwIfAborted()
  }
  for (const manifest of kept.values()) {
    if (files.size === 0) break
    await visitFiles(manifest, source, ({ path }, isLive) => isLive && files.delete(path))
    signal.throwIfAborted()
  }
  const isOwn = ownFiles(metadata)
  const remove = (locations: Iterable<string>) =>
    removeObjects(parts, ref.accountId, [...locations].filter(isOwn), signal)
  // From the leaves up: what is left over after a crash is still found through the lists.
  const dataFiles = await remove(files)
  const removed = await remove(manifests.map(({ path }) => path))
  const statisticsKept = new Set(
    [...metadata.statistics, ...metadata['partition-statistics']].map(
      (file) => file['statistics-path'],
    ),
  )
  await remove(
    gone
      .flatMap((row) => JSON.parse(row.statistics) as readonly string[])
      .filter((path) => !statisticsKept.has(path)),
  )
  const lists = await remove(
    gone.map((row) => row.manifest_list).filter((path) => !listsKept.has(path)),
  )
  parts.log.info(
    { ...sameTable(ref), dataFiles, manifests: removed, lists },
    'files of expired snapshots are gone',
  )
  return { dataFiles, manifests: removed, lists }
}

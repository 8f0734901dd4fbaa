import type { TableRef } from '#catalog/metastore'
import type { Snapshot, TableMetadata } from '#catalog/tables'
import { MaintenanceErrors } from './errors.ts'
import { committedBy, graceMs, sameTable, type MaintenanceParts } from './parts.ts'
import { expiryOf, type Expiry, type Retention } from './retention.ts'
import type { MaintenanceDbTables } from './schema.ts'

/** Snapshots taken out of one commit: what is left over is for the next. */
const snapshotsMax = 5_000

/**
 * Takes snapshots out of a table's history. In the same transaction it is noted that their files are to go: they do so after a time of
 * grace, when nothing that is left needs them (`cleanExpired`). Errors: `MaintenanceRefused`, those of `IcebergTables.commit`.
 */
export async function expireSnapshots(
  parts: Pick<MaintenanceParts, 'tables' | 'clock'>,
  ref: TableRef,
  options: {
    readonly retention?: Retention
    readonly snapshotIds?: readonly bigint[]
    /** The snapshots go, their files stay. */
    readonly keepFiles?: boolean
  } = {},
): Promise<{ readonly snapshots: number }> {
  const { tables, clock } = parts
  const { metadata } = await tables.load(ref)
  if (metadata.properties['gc.enabled'] === 'false') {
    throw MaintenanceErrors.MaintenanceRefused(
      'Cannot expire snapshots: the table says gc.enabled = false, its files may be shared',
    )
  }
  const choose = (state: TableMetadata): Expiry => {
    const { snapshotIds, refs } = options.snapshotIds
      ? { snapshotIds: unreferenced(state, options.snapshotIds), refs: [] }
      : expiryOf(state, clock.now(), options.retention)
    return { snapshotIds: snapshotIds.slice(0, snapshotsMax), refs }
  }
  if (isNothing(choose(metadata))) return { snapshots: 0 }
  let removed: readonly Snapshot[] = []
  let state = metadata
  await tables.commit(
    {
      ref,
      requirements: [],
      updates: (base) => {
        const expiry = choose(base)
        const ids = new Set(expiry.snapshotIds)
        state = base
        removed = base.snapshots.filter((snapshot) => ids.has(snapshot['snapshot-id']))
        return updatesOf(expiry)
      },
    },
    committedBy,
    {
      onCommit: async (tx) => {
        if (options.keepFiles) return
        const rows = removed.map((snapshot) => ({
          ...sameTable(ref),
          table_uuid: state['table-uuid'],
          snapshot_id: String(snapshot['snapshot-id']),
          parent_id: snapshot['parent-snapshot-id']?.toString() ?? null,
          manifest_list: snapshot['manifest-list'],
          statistics: JSON.stringify(statisticsOf(state, snapshot['snapshot-id'])),
          not_before_ms: clock.now() + graceMs,
        }))
        const db = tx.tables<MaintenanceDbTables>()
        for (let at = 0; at < rows.length; at += 500) {
          await db
            .insertInto('maintenance_expired')
            .values(rows.slice(at, at + 500))
            .onConflict((conflict) => conflict.doNothing())
            .execute()
        }
      },
    },
  )
  return { snapshots: removed.length }
}

function updatesOf({ snapshotIds, refs }: Expiry): readonly unknown[] {
  return [
    ...refs.map((name) => ({ action: 'remove-snapshot-ref', 'ref-name': name })),
    ...(snapshotIds.length > 0
      ? [{ action: 'remove-snapshots', 'snapshot-ids': snapshotIds }]
      : []),
  ]
}

/** Snapshots that were asked for by id, but for those that a branch or a tag stands at. */
function unreferenced(metadata: TableMetadata, ids: readonly bigint[]): readonly bigint[] {
  const heads = new Map(
    Object.entries(metadata.refs).map(([name, ref]) => [ref['snapshot-id'], name]),
  )
  for (const id of ids) {
    const name = heads.get(id)
    if (name === undefined) continue
    throw MaintenanceErrors.InvalidMaintenance(
      `Cannot expire snapshot ${id}: it is referenced by ${name}`,
    )
  }
  return ids
}

function isNothing({ snapshotIds, refs }: Expiry): boolean {
  return snapshotIds.length === 0 && refs.length === 0
}

function statisticsOf(metadata: TableMetadata, id: bigint): readonly string[] {
  return [...metadata.statistics, ...metadata['partition-statistics']]
    .filter((file) => file['snapshot-id'] === id)
    .map((file) => file['statistics-path'])
}

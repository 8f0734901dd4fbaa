import type { TableRef } from '#catalog/metastore'
import { compact } from './compaction/compact.ts'
import type { CompactionOptions } from './compaction/choose-files.ts'
import type { RewriteParts } from './compaction/rewrite-group.ts'
import { rewriteDeletes } from './deletes/rewrite-deletes.ts'
import { expireSnapshots } from './expire-snapshots.ts'
import { orphanAgeMsDefault, removeOrphanFiles } from './orphan-files.ts'
import type { MaintenanceParts } from './parts.ts'
import { rewriteManifests } from './rewrite-manifests.ts'
import { writeTableStatistics } from './statistics/table-statistics.ts'

/** What is done to a table because somebody asks: https://iceberg.apache.org/docs/latest/spark-procedures/#metadata-management */
export type Procedure =
  | ({ readonly kind: 'rewrite_data_files' } & Pick<
      CompactionOptions,
      'strategy' | 'columns' | 'rewriteAll'
    >)
  | { readonly kind: 'rewrite_position_delete_files'; readonly filesMin?: number }
  | { readonly kind: 'rewrite_manifests' }
  | { readonly kind: 'compute_table_stats'; readonly columns?: readonly string[] }
  | {
      readonly kind: 'expire_snapshots'
      readonly olderThanMs?: number
      readonly retainLast?: number
    }
  | {
      readonly kind: 'remove_orphan_files'
      readonly olderThanMs?: number
      readonly dryRun?: boolean
    }

/** Runs a procedure and tells what it did, by names of its own. Errors: those of the maintenance that it is. */
export type Procedures = (
  ref: TableRef,
  procedure: Procedure,
  signal: AbortSignal,
) => Promise<Readonly<Record<string, unknown>>>

export function createProcedures(parts: MaintenanceParts & RewriteParts): Procedures {
  const { clock } = parts
  return async (ref, procedure, signal) => {
    switch (procedure.kind) {
      case 'rewrite_data_files': {
        const { kind: _, ...options } = procedure
        return { ...(await compact(parts, ref, signal, options)) }
      }
      case 'rewrite_position_delete_files': {
        const { filesMin } = procedure
        const options = filesMin === undefined ? {} : { filesMin }
        return { ...(await rewriteDeletes(parts, ref, signal, options)) }
      }
      case 'rewrite_manifests':
        return { ...(await rewriteManifests(parts, ref, { always: true })) }
      case 'compute_table_stats': {
        const { columns } = procedure
        return { ...(await writeTableStatistics(parts, ref, signal, columns ? { columns } : {})) }
      }
      case 'expire_snapshots': {
        const { olderThanMs, retainLast } = procedure
        const retention = {
          ...(olderThanMs === undefined
            ? {}
            : { snapshotAgeMsMax: Math.max(0, clock.now() - olderThanMs) }),
          ...(retainLast === undefined ? {} : { snapshotsMin: retainLast }),
        }
        return { ...(await expireSnapshots(parts, ref, { retention })) }
      }
      case 'remove_orphan_files': {
        const { olderThanMs, dryRun = false } = procedure
        const age = olderThanMs === undefined ? orphanAgeMsDefault : clock.now() - olderThanMs
        return {
          ...(await removeOrphanFiles(parts, ref, signal, { olderThanMs: age, dryRun })),
        }
      }
    }
  }
}

import type { TableRef } from '#catalog/metastore'
import { currentSchema, type TableMetadata } from '#catalog/tables'
import type { CompactionOptions } from './compaction/choose-files.ts'
import { configurationOf, type OptimizerConfiguration, type OptimizerType } from './optimizers.ts'
import { orphanAgeMsDefault } from './orphan-files.ts'
import type { MaintenanceParts } from './parts.ts'
import type { Retention } from './retention.ts'

/** What is done for a table without being asked; undefined for what is not. */
export interface Policy {
  /** The roles in which Glue's optimizers work. */
  readonly roles: Readonly<Record<OptimizerType, string | undefined>>
  readonly compaction: CompactionOptions | undefined
  readonly expiry: { readonly retention: Retention; readonly cleanFiles: boolean } | undefined
  readonly orphans:
    | { readonly olderThanMs: number; readonly everyMs: number; readonly location?: string }
    | undefined
}

const dayMs = 86_400_000
const hourMs = 3_600_000
/** One run in the background reads this much at most. */
const backgroundBytes = 2 * 1024 * 1024 * 1024

/**
 * A table's policy: what Glue's optimizers say, else its properties (`maintenance.enabled`, `maintenance.compaction.enabled`,
 * `maintenance.expiry.enabled`, `maintenance.orphans.enabled`), else all of it, on defaults that are those of Iceberg.
 */
export async function policyOf(
  parts: Pick<MaintenanceParts, 'database'>,
  ref: TableRef,
  metadata: TableMetadata,
): Promise<Policy> {
  const { properties } = metadata
  const isOn = (name: string) =>
    properties['maintenance.enabled'] !== 'false' &&
    properties[`maintenance.${name}.enabled`] !== 'false'
  const [compaction, retention, orphans] = await Promise.all([
    configurationOf(parts, ref, 'compaction'),
    configurationOf(parts, ref, 'retention'),
    configurationOf(parts, ref, 'orphan_file_deletion'),
  ])
  // Files of other formats are read, and written by others alone.
  const isWritable = (properties['write.format.default'] ?? 'parquet').toLowerCase() === 'parquet'
  const mayRemove = properties['gc.enabled'] !== 'false'
  return {
    roles: {
      compaction: compaction?.roleArn,
      retention: retention?.roleArn,
      orphan_file_deletion: orphans?.roleArn,
    },
    compaction:
      isWritable && (compaction?.enabled ?? isOn('compaction'))
        ? compactionOptions(metadata, compaction?.compaction ?? {})
        : undefined,
    expiry:
      mayRemove && (retention?.enabled ?? isOn('expiry'))
        ? {
            retention: retentionOf(retention?.retention ?? {}),
            cleanFiles: retention?.retention?.cleanExpiredFiles !== false,
          }
        : undefined,
    orphans:
      mayRemove && (orphans?.enabled ?? isOn('orphans'))
        ? {
            olderThanMs: days(orphans?.orphans?.periodDays) ?? orphanAgeMsDefault,
            everyMs: (orphans?.orphans?.runRateHours ?? 24) * hourMs,
            ...(orphans?.orphans?.location === undefined
              ? {}
              : { location: orphans.orphans.location }),
          }
        : undefined,
  }
}

function compactionOptions(
  metadata: TableMetadata,
  given: NonNullable<OptimizerConfiguration['compaction']>,
): CompactionOptions {
  return {
    strategy: given.strategy ?? 'binpack',
    columns: given.strategy === 'z-order' ? sortColumns(metadata) : [],
    // What is well as it is stays: the order is that of the files that are rewritten anyway.
    rewriteAll: false,
    bytesMax: backgroundBytes,
    ...(given.minInputFiles === undefined ? {} : { inputFilesMin: given.minInputFiles }),
    ...(given.deleteFileThreshold === undefined
      ? {}
      : { deleteFilesMin: given.deleteFileThreshold }),
  }
}

/** The columns of the table's sort order: https://docs.aws.amazon.com/glue/latest/dg/compaction-management.html */
function sortColumns(metadata: TableMetadata): readonly string[] {
  const order = metadata['sort-orders'].find(
    (other) => other['order-id'] === metadata['default-sort-order-id'],
  )
  const { fields } = currentSchema(metadata)
  return (order?.fields ?? []).flatMap(
    (field) => fields.find(({ id }) => id === field['source-id'])?.name ?? [],
  )
}

function retentionOf(given: {
  readonly periodDays?: number
  readonly snapshotsMin?: number
}): Retention {
  const age = days(given.periodDays)
  return {
    ...(age === undefined ? {} : { snapshotAgeMsMax: age }),
    ...(given.snapshotsMin === undefined ? {} : { snapshotsMin: given.snapshotsMin }),
  }
}

function days(count: number | undefined): number | undefined {
  return count === undefined ? undefined : count * dayMs
}

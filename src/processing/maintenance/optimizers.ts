import type { Kysely } from 'kysely'
import type { TableRef } from '#catalog/metastore'
import { MaintenanceErrors } from './errors.ts'
import { sameTable, type MaintenanceParts } from './parts.ts'
import { runsOf, type MaintenanceRun } from './runs.ts'
import type { MaintenanceDbTables } from './schema.ts'

export const optimizerTypes = ['compaction', 'retention', 'orphan_file_deletion'] as const

export type OptimizerType = (typeof optimizerTypes)[number]

/** What a table is kept in order by: https://docs.aws.amazon.com/glue/latest/dg/table-optimizers.html */
export interface OptimizerConfiguration {
  readonly roleArn?: string
  readonly enabled: boolean
  readonly compaction?: {
    readonly strategy?: 'binpack' | 'sort' | 'z-order'
    readonly minInputFiles?: number
    readonly deleteFileThreshold?: number
  }
  readonly retention?: {
    readonly periodDays?: number
    readonly snapshotsMin?: number
    /** False: snapshots go, their files stay. */
    readonly cleanExpiredFiles?: boolean
    readonly runRateHours?: number
  }
  readonly orphans?: {
    readonly periodDays?: number
    readonly location?: string
    readonly runRateHours?: number
  }
}

export interface Optimizer {
  readonly type: OptimizerType
  readonly configuration: OptimizerConfiguration
  readonly lastRun: MaintenanceRun | undefined
}

/** Settings of maintenance that a table was given through Glue. Errors: `OptimizerNotFound`, `InvalidMaintenance`. */
export interface Optimizers {
  /** Errors: `OptimizerExists`, `NotAnIcebergTable`, those of the metastore. */
  create(ref: TableRef, type: OptimizerType, configuration: OptimizerConfiguration): Promise<void>
  get(ref: TableRef, type: OptimizerType): Promise<Optimizer>
  update(ref: TableRef, type: OptimizerType, configuration: OptimizerConfiguration): Promise<void>
  delete(ref: TableRef, type: OptimizerType): Promise<void>
  /** The newest first. */
  listRuns(
    ref: TableRef,
    type: OptimizerType,
    page: { readonly limit: number; readonly nextToken?: string },
  ): Promise<{ readonly items: readonly MaintenanceRun[]; readonly nextToken: string | undefined }>
}

export function createOptimizers(
  parts: Pick<MaintenanceParts, 'database' | 'tables' | 'metastore'>,
): Optimizers {
  const { database, tables, metastore } = parts
  const find = async (ref: TableRef, type: OptimizerType) => {
    await metastore.getTable(ref)
    const row = await rowOf(database.tables<MaintenanceDbTables>(), ref, type)
    if (row) return row
    throw MaintenanceErrors.OptimizerNotFound(
      `Table ${ref.database}.${ref.table} has no optimizer of type ${type}`,
    )
  }
  return {
    create: async (ref, type, configuration) => {
      checkConfiguration(configuration)
      await tables.load(ref)
      await database.transaction(async (tx) => {
        const db = tx.tables<MaintenanceDbTables>()
        if (await rowOf(db, ref, type)) {
          throw MaintenanceErrors.OptimizerExists(
            `Table ${ref.database}.${ref.table} has an optimizer of type ${type} already`,
          )
        }
        await db
          .insertInto('maintenance_optimizers')
          .values({ ...sameTable(ref), type, configuration: JSON.stringify(configuration) })
          .execute()
      })
    },
    get: async (ref, type) => {
      const row = await find(ref, type)
      const { items } = await runsOf(database, ref, type, { limit: 1 })
      return {
        type,
        configuration: JSON.parse(row.configuration) as OptimizerConfiguration,
        lastRun: items[0],
      }
    },
    update: async (ref, type, configuration) => {
      checkConfiguration(configuration)
      await find(ref, type)
      await database.transaction(async (tx) => {
        await tx
          .tables<MaintenanceDbTables>()
          .updateTable('maintenance_optimizers')
          .set({ configuration: JSON.stringify(configuration) })
          .where((where) => where.and({ ...sameTable(ref), type }))
          .execute()
      })
    },
    delete: async (ref, type) => {
      await find(ref, type)
      await database.transaction(async (tx) => {
        await tx
          .tables<MaintenanceDbTables>()
          .deleteFrom('maintenance_optimizers')
          .where((where) => where.and({ ...sameTable(ref), type }))
          .execute()
      })
    },
    listRuns: async (ref, type, page) => {
      await find(ref, type)
      return runsOf(database, ref, type, page)
    },
  }
}

/** What a table was given; undefined for nothing. */
export async function configurationOf(
  { database }: Pick<MaintenanceParts, 'database'>,
  ref: TableRef,
  type: OptimizerType,
): Promise<OptimizerConfiguration | undefined> {
  const row = await rowOf(database.tables<MaintenanceDbTables>(), ref, type)
  return row && (JSON.parse(row.configuration) as OptimizerConfiguration)
}

function rowOf(db: Kysely<MaintenanceDbTables>, ref: TableRef, type: OptimizerType) {
  return db
    .selectFrom('maintenance_optimizers')
    .selectAll()
    .where((where) => where.and({ ...sameTable(ref), type }))
    .executeTakeFirst()
}

/** https://docs.aws.amazon.com/glue/latest/webapi/API_IcebergRetentionConfiguration.html and its neighbours */
function checkConfiguration({ compaction, retention, orphans }: OptimizerConfiguration): void {
  const whole = (value: number | undefined, name: string, min: number, max: number) => {
    if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return
    throw MaintenanceErrors.InvalidMaintenance(`${name} must be from ${min} to ${max}`)
  }
  whole(compaction?.minInputFiles, 'minInputFiles', 2, 10_000)
  whole(compaction?.deleteFileThreshold, 'deleteFileThreshold', 1, 10_000)
  whole(retention?.periodDays, 'snapshotRetentionPeriodInDays', 1, 36_500)
  whole(retention?.snapshotsMin, 'numberOfSnapshotsToRetain', 1, 1_000_000)
  whole(retention?.runRateHours, 'runRateInHours', 3, 168)
  whole(orphans?.periodDays, 'orphanFileRetentionPeriodInDays', 1, 36_500)
  whole(orphans?.runRateHours, 'runRateInHours', 3, 168)
}

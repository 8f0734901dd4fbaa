import type { Metastore, TableRef } from '#catalog/metastore'
import type { IcebergTables, ManifestCache, TableFiles } from '#catalog/tables'
import { isLakeError, type Clock, type Logger } from '#kit'
import type { Database } from '#platform/database'
import type { Objects } from '#storage/objects'

/** What maintenance is made of. */
export interface MaintenanceParts {
  readonly database: Database
  readonly metastore: Metastore
  readonly tables: IcebergTables
  readonly files: TableFiles
  readonly manifests: Pick<ManifestCache, 'sourceFor'>
  readonly objects: Objects
  readonly clock: Clock
  readonly log: Logger
}

/** What a role may do now; undefined when Glue cannot act in it. */
export type RoleRights = (role: {
  readonly accountId: string
  readonly region: string
  readonly roleArn: string
}) => Promise<
  | {
      permits(
        action: string,
        resource: string,
        keys?: Readonly<Record<string, string | readonly string[]>>,
      ): Promise<boolean>
    }
  | undefined
>

/** Who commits what nobody asked for. */
export const committedBy = 'maintenance'

/**
 * From the moment a snapshot is expired until its files go: a query that has planned links its files within seconds, and linked files
 * outlive their names.
 */
export const graceMs = 15 * 60_000

export function sameTable({ accountId, region, database, table }: TableRef) {
  return {
    account_id: accountId,
    region,
    database_name: database.toLowerCase(),
    table_name: table.toLowerCase(),
  }
}

/** The table was dropped or renamed meanwhile, or is of another kind now: there is nothing to look after. */
export function isGone(error: unknown): boolean {
  return goneCodes.some((code) => isLakeError(error, code))
}

const goneCodes = ['TableNotFound', 'DatabaseNotFound', 'NotAnIcebergTable']

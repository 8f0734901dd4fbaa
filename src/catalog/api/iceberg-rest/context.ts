import type { Clock } from '#kit'
import type { Metastore, TableRef } from '#catalog/metastore'
import type {
  AnsweredRequests,
  IcebergTables,
  IcebergViews,
  ManifestCache,
  TableReports,
} from '#catalog/tables'
import type { Database } from '#platform/database'
import type { Measure } from '#platform/telemetry'
import type { Procedures } from '#processing/maintenance'
import { restOperationFor, type RestRequest } from '#protocol/iceberg-rest'

/** Credentials for a while, for what one policy allows. */
export interface VendedCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAtMs: number
}

/** Undefined when the caller's own credentials cannot be narrowed: then he uses those. */
export type VendCredentials = (
  caller: RestRequest['caller'],
  policy: string,
) => Promise<VendedCredentials | undefined>

/** Takes Parquet files into a table as they lie there. */
export type AddFiles = (
  ref: TableRef,
  source:
    | { readonly kind: 'table'; readonly ref: TableRef }
    | { readonly kind: 'folder'; readonly location: string },
  by: {
    readonly committedBy: string
    readonly signal: AbortSignal
    /** Refuses by throwing when files of this folder are not the caller's to read. */
    readonly checkFolder: (location: string) => Promise<void>
  },
) => Promise<{ readonly files: number; readonly rows: number }>

/** What the catalog's operations may touch. */
export interface IcebergRestContext {
  readonly database: Database
  readonly metastore: Metastore
  readonly requests: AnsweredRequests
  readonly reports: TableReports
  readonly measure: Measure
  readonly tables: IcebergTables
  readonly views: IcebergViews
  readonly manifests: Pick<ManifestCache, 'sourceFor'>
  readonly addFiles: AddFiles
  readonly procedures: Procedures
  readonly vend: VendCredentials
  /** Where a bucket is; undefined when there is none. */
  readonly regionOf: (bucket: string) => Promise<string | undefined>
  readonly clock: Clock
}

export const operation = restOperationFor<IcebergRestContext>()

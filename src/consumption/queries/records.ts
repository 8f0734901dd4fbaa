import type { Envelope } from './results/client-encryption.ts'
import type { ColumnInfo } from './results/column-info.ts'
import type { ManagedFile } from './results/managed-results.ts'

/** Whose queries, and where. */
export interface QueryScope {
  readonly accountId: string
  readonly region: string
}

export type QueryState = 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED'
export type StatementType = 'DML' | 'DDL' | 'UTILITY'

/** Where results go; kept and returned as it came. */
export interface ResultConfiguration {
  readonly outputLocation?: string
  readonly encryption?: { readonly option: string; readonly kmsKey?: string }
  readonly expectedBucketOwner?: string
  readonly aclOption?: string
  /** What opens the result object, where it was encrypted before it was stored. */
  readonly envelope?: Envelope
}

export interface QueryStatistics {
  readonly engineMs: number
  readonly scannedBytes: number
  readonly totalMs: number
  readonly queueMs: number
  readonly planningMs: number
  readonly outputRows: number
  /** The rows are those of an earlier execution. */
  readonly reused?: boolean
}

/** Why an execution failed, as `AthenaError` tells it. */
export interface QueryFailure {
  /** 1: system, 2: user, 3: other. */
  readonly category: 1 | 2 | 3
  readonly type: number
  readonly retryable: boolean
  readonly message: string
}

export interface Execution extends QueryScope {
  readonly id: string
  readonly workGroup: string
  readonly query: string
  readonly statementType: StatementType
  /** `SELECT`, `CREATE_TABLE`, … */
  readonly subType: string
  readonly state: QueryState
  readonly submittedMs: number
  readonly completedMs: number | undefined
  readonly reason: string | undefined
  readonly failure: QueryFailure | undefined
  readonly database: string | undefined
  readonly catalog: string | undefined
  /** The settings in force, with `outputLocation` the result object's own address. */
  readonly result: ResultConfiguration
  /** Instead of them where the service keeps the rows; `file` when they are there. */
  readonly managed?: ManagedSettings & { readonly file?: ManagedFile }
  readonly parameters: readonly string[]
  /** Rows of an execution that ended so long ago may be given again, if nothing that they come from has changed. */
  readonly reuseMinutesMax?: number
  readonly statistics: QueryStatistics | undefined
  /** The object that lists the files which a statement has written. */
  readonly manifestLocation: string | undefined
  /** Known when it has succeeded. */
  readonly columns: readonly ColumnInfo[] | undefined
}

/** Results that the service keeps itself. */
export interface ManagedSettings {
  /** The KMS key that they are encrypted under, if not the lake's own; in an execution its ARN. */
  readonly kmsKey?: string
}

export interface WorkGroupConfiguration {
  readonly result?: ResultConfiguration
  /** Excludes `result`. */
  readonly managed?: ManagedSettings
  readonly enforce: boolean
  readonly publishMetrics: boolean
  readonly bytesScannedCutoff?: number
  readonly requesterPays: boolean
  /** As selected: `AUTO` or a version's name. */
  readonly engineVersion: string
  readonly executionRole?: string
  readonly minimumEncryption?: boolean
  readonly additionalConfiguration?: string
}

export interface WorkGroup extends QueryScope {
  readonly name: string
  readonly description: string | undefined
  readonly state: 'ENABLED' | 'DISABLED'
  readonly configuration: WorkGroupConfiguration
  readonly createdMs: number
}

/** DPUs that are held for the queries of some workgroups. */
export interface CapacityReservation extends QueryScope {
  readonly name: string
  readonly status: 'ACTIVE' | 'CANCELLED'
  readonly targetDpus: number
  readonly createdMs: number
  /** When DPUs were last asked for; they are there at once. */
  readonly allocatedMs: number
  readonly cancelledMs: number | undefined
  /** The names of workgroups, as they were assigned together. */
  readonly assignments: readonly (readonly string[])[]
}

/** Another name of the account's own catalog. */
export interface DataCatalog extends QueryScope {
  readonly name: string
  readonly description: string | undefined
}

export interface NamedQuery extends QueryScope {
  readonly id: string
  readonly name: string
  readonly description: string | undefined
  readonly database: string
  readonly query: string
  readonly workGroup: string
}

export interface PreparedStatement extends QueryScope {
  readonly workGroup: string
  readonly name: string
  readonly description: string | undefined
  readonly query: string
  readonly modifiedMs: number
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly nextToken: string | undefined
}

export interface PageInput {
  readonly limit: number
  readonly nextToken?: string
}

export const primaryWorkGroup = 'primary'
export const engineVersion = 'Athena engine version 3'

/** True for statements whose rows go to a table or a folder, and not to a result object. */
export function isWrite(execution: Pick<Execution, 'subType'>): boolean {
  const writes = ['CREATE_TABLE_AS_SELECT', 'INSERT', 'UNLOAD', 'DELETE', 'UPDATE', 'MERGE']
  return writes.includes(execution.subType)
}

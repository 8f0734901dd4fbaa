import type {
  CatalogRef,
  Page,
  PageInput,
  RequireOn,
  TableRecord,
  TableRef,
} from '#catalog/metastore'

export type RunState = 'STARTING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'STOPPED'

export interface RunInput {
  readonly table: TableRef
  /** Those of the table when nothing is said. */
  readonly columns?: readonly string[]
  readonly role: string
  /** Percent of the rows; kept, since all are read. */
  readonly sampleSize?: number
  readonly securityConfiguration?: string
}

export interface RunRecord extends Omit<RunInput, 'table'> {
  readonly id: string
  readonly database: string
  readonly tableName: string
  readonly state: RunState
  readonly createTimeMs: number
  readonly updateTimeMs: number
  readonly endTimeMs: number | undefined
  readonly message: string | undefined
}

/** What a column holds; see the port's adapter. */
export interface ColumnSummary {
  readonly name: string
  readonly type: string
  readonly nulls: number
  readonly distinct: number
  readonly min?: string
  readonly max?: string
  readonly trues?: number
  readonly falses?: number
  readonly lengthMax?: number
  readonly lengthAverage?: number
}

/** Reads a table and summarises columns of it: the port to whatever runs queries. */
export type Summarize = (
  ref: TableRef,
  columns: readonly { readonly name: string; readonly type?: string }[],
  signal: AbortSignal,
  /** What the run's role may read. */
  rights: RunRights,
) => Promise<readonly ColumnSummary[]>

/** Keeps what a table's format has for statistics of its columns, by their names: of Iceberg counts of distinct values, in Puffin files. */
export type WriteOwn = (
  table: { readonly ref: TableRef; readonly record: TableRecord },
  columns: readonly string[],
  signal: AbortSignal,
  /** Refuses what the run's role may not do. */
  require: RequireOn,
) => Promise<void>
/** The role that a run works in. */
export interface RunRights {
  /** The ARN that refusals name. */
  readonly caller: string
  permits(
    action: string,
    resource: string,
    keys?: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<boolean>
}

/** What a role may do now; undefined when Glue cannot act in it. */
export type RoleRights = (role: {
  readonly accountId: string
  readonly region: string
  readonly roleArn: string
}) => Promise<Pick<RunRights, 'permits'> | undefined>

/**
 * Runs that compute column statistics, in the background and over restarts: what a restart cut off is begun again.
 * Errors: those of the metastore, `StatisticsRunning`, `StatisticsNotRunning`, `StatisticsRunNotFound`.
 */
export interface StatisticsRuns {
  start(input: RunInput): Promise<string>
  get(ref: CatalogRef, id: string): Promise<RunRecord>
  /** The newest first; of one table when it is named. */
  list(
    ref: CatalogRef & { readonly database?: string; readonly table?: string },
    page: PageInput,
  ): Promise<Page<RunRecord>>
  /** Stops the table's run. */
  stop(ref: TableRef): Promise<void>
}

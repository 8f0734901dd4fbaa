import type { DataCatalogs } from './data-catalogs.ts'
import type { Execution, Page, PageInput, QueryScope, ResultConfiguration } from './records.ts'
import type { ResultPage } from './results/result-pages.ts'
import type { CapacityReservations } from './capacity-reservations.ts'
import type { ColumnSummary } from './summarize-columns.ts'
import type { NamedQueries, PreparedStatements } from './saved-queries.ts'
import type { QueryRights } from './rights/query-rights.ts'
import type { Tags } from './tags.ts'
import type { WorkGroups } from './work-groups.ts'

export interface StartInput extends QueryScope {
  readonly query: string
  /** Default `primary`. */
  readonly workGroup?: string
  readonly database?: string
  readonly catalog?: string
  readonly result?: ResultConfiguration
  /** SQL literals for the query's `?`, in order. */
  readonly parameters?: readonly string[]
  /** The same token with the same request starts nothing new. */
  readonly clientToken?: string
  readonly createdBy: string
  /** What the statement may read and write. */
  readonly rights: QueryRights
  /** Takes rows of an execution that ended at most so many minutes ago, where nothing that they come from has changed since. */
  readonly reuseMinutesMax?: number
}

/**
 * SQL over the lake's tables: statements are accepted durably, wait their turn, run, and leave their
 * rows in an object. After a restart, those that had not ended are FAILED, and say so.
 */
export interface Queries extends AsyncDisposable {
  /** Returns the execution's id. Errors: `InvalidQueryRequest`, `QueryResourceNotFound`, `TooManyQueries`. */
  start(input: StartInput): Promise<string>
  /** With `waitMs`, one that has not ended is waited for so long: who asks for its end is told of it at once. */
  find(scope: QueryScope, id: string, waitMs?: number): Promise<Execution | undefined>
  /** Ids, the newest first. */
  list(scope: QueryScope, workGroup: string, page: PageInput): Promise<Page<string>>
  /** Resolves when it has ended. What had ended before stays as it was. Error: `QueryResourceNotFound`. */
  stop(scope: QueryScope, id: string): Promise<void>
  /** `permit` is asked before anything is told of an execution, and refuses by throwing. Errors: `QueryResourceNotFound`, `QueryNotFinished`. */
  results(
    scope: QueryScope,
    id: string,
    page: { readonly limit: number; readonly nextToken?: string },
    permit: (execution: Execution) => Promise<void>,
  ): Promise<{ readonly execution: Execution; readonly page: ResultPage }>
  /** What columns of a table hold, over all its rows; of those whose types can be summarised. */
  summarize(
    scope: QueryScope & { readonly database: string; readonly table: string },
    columns: readonly { readonly name: string; readonly type?: string }[],
    signal: AbortSignal,
    rights: QueryRights,
  ): Promise<readonly ColumnSummary[]>
  readonly workGroups: WorkGroups
  readonly catalogs: DataCatalogs
  readonly capacity: CapacityReservations
  readonly namedQueries: NamedQueries
  readonly preparedStatements: PreparedStatements
  readonly tags: Tags
  /** Forgets executions that are older than the history goes back (45 days), and reservations that were cancelled as long ago. To be run now and then. */
  forgetOld(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

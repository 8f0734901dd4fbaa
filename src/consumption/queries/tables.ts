import type { Kysely } from 'kysely'

export interface QueryTables {
  readonly query_executions: {
    readonly id: string
    readonly account_id: string
    readonly region: string
    readonly work_group: string
    readonly submitted_ms: number
    readonly state: string
    readonly completed_ms: number | null
    readonly client_token: string | null
    /** What a repeated token must agree with. */
    readonly request: string
    /** The rest of the record, JSON. */
    readonly detail: string
  }
  /** The newest result of each query over each state of its data. */
  readonly query_results: {
    readonly account_id: string
    readonly region: string
    readonly work_group: string
    readonly fingerprint: string
    readonly execution_id: string
    readonly completed_ms: number
    /** Of the result's object. */
    readonly etag: string
  }
  readonly query_workgroups: {
    readonly account_id: string
    readonly region: string
    readonly name: string
    readonly created_ms: number
    readonly detail: string
  }
  readonly query_capacity: {
    readonly account_id: string
    readonly region: string
    readonly name: string
    readonly created_ms: number
    readonly detail: string
  }
  readonly query_catalogs: {
    readonly account_id: string
    readonly region: string
    /** Lower case. */
    readonly name: string
    readonly created_ms: number
    readonly detail: string
  }
  readonly query_named: {
    readonly id: string
    readonly account_id: string
    readonly region: string
    readonly work_group: string
    readonly name: string
    readonly client_token: string | null
    readonly detail: string
  }
  readonly query_prepared: {
    readonly account_id: string
    readonly region: string
    readonly work_group: string
    readonly name: string
    readonly detail: string
  }
  readonly query_tags: {
    readonly arn: string
    readonly key: string
    readonly value: string
  }
}

export type QueryDb = Kysely<QueryTables>

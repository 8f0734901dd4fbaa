export interface IcebergDbTables {
  /** Dropped tables whose files are still to be removed. */
  tables_purges: {
    id: string
    account_id: string
    metadata_location: string
    attempts: number
    not_before_ms: number
  }
  /** Requests with a key, and how they ended: kept until `expires_ms`. */
  tables_answered_requests: {
    account_id: string
    caller: string
    key: string
    fingerprint: string
    answer: string
    expires_ms: number
  }
  /** The last reports of what clients measured while they read and wrote a table. */
  tables_reports: {
    account_id: string
    table_uuid: string
    kind: string
    at_ms: number
    caller: string
    report: string
  }
}

export interface IcebergDbTables {
  /** Dropped tables whose files are still to be removed. */
  tables_purges: {
    id: string
    account_id: string
    metadata_location: string
    attempts: number
    not_before_ms: number
  }
}

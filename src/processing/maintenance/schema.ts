export interface MaintenanceDbTables {
  /** Snapshots that were expired and whose files are still to be removed. */
  maintenance_expired: {
    account_id: string
    region: string
    database_name: string
    table_name: string
    table_uuid: string
    snapshot_id: string
    parent_id: string | null
    manifest_list: string
    /** JSON of locations of statistics files. */
    statistics: string
    not_before_ms: number
  }
  /** Glue's table optimizers. */
  maintenance_optimizers: {
    account_id: string
    region: string
    database_name: string
    table_name: string
    type: string
    /** JSON of the configuration, as it was given. */
    configuration: string
  }
  /** What ran last, for each table and type; older runs go. */
  maintenance_runs: {
    id: number
    account_id: string
    region: string
    database_name: string
    table_name: string
    type: string
    started_ms: number
    ended_ms: number | null
    /** JSON of counts. */
    metrics: string
    error: string | null
  }
}

import type { Kysely } from 'kysely'

/** Partition keys a table may have: each has a column of its own in `catalog_partitions`. */
export const partitionKeysMax = 16

export interface PartitionRow {
  table_id: number
  /** The values, typed and encoded so that they sort (partition-key.ts). */
  key: string
  /** 0 to 5039, by a hash of the key: for disjoint segments. */
  segment: number
  /** The values as given: a JSON array. */
  value_list: string
  location: string | null
  shape_id: number | null
  /** Parameters and times, as JSON. */
  body: string
  create_time_ms: number
}

/** One column for each key, `p0` to `p15`: the value's sortable encoding, NULL when it is not of the key's type. */
export type PartitionColumns = Record<`p${number}`, string | null>

export interface CatalogTables {
  catalog_sequences: { name: string; next: number }
  catalog_databases: {
    id: number
    account_id: string
    region: string
    name: string
    body: string
    create_time_ms: number
  }
  catalog_tables: {
    id: number
    database_id: number
    name: string
    body: string
    version: number
    create_time_ms: number
    update_time_ms: number
    created_by: string
  }
  catalog_table_versions: {
    table_id: number
    version: number
    body: string
    update_time_ms: number
  }
  catalog_partitions: PartitionRow & PartitionColumns
  /** Storage descriptors without their location: partitions of one table nearly always share one. */
  catalog_shapes: { id: number; table_id: number; hash: string; body: string }
  catalog_column_statistics: {
    table_id: number
    partition_key: string
    column_name: string
    column_type: string
    analyzed_time_ms: number
    body: string
  }
  catalog_partition_indexes: { table_id: number; name: string; key_list: string }
  catalog_functions: {
    id: number
    database_id: number
    name: string
    body: string
    create_time_ms: number
  }
  catalog_tags: { arn: string; key: string; value: string }
  catalog_resource_policies: {
    account_id: string
    region: string
    resource: string
    policy: string
    hash: string
    create_time_ms: number
    update_time_ms: number
  }
  /** What has a name in an account and region and is small: connections, security configurations. */
  catalog_documents: {
    account_id: string
    region: string
    kind: string
    name: string
    body: string
    create_time_ms: number
    update_time_ms: number
  }
  /** Deleted tables whose rows are still to be freed. */
  catalog_purges: { table_id: number }
}

export type CatalogDb = Kysely<CatalogTables>

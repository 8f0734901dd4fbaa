import type { TableRecord } from '#catalog/metastore'
import type { MetadataTable } from '../iceberg/metadata-tables/metadata-table.ts'
import type { QueryCatalog } from '../rights/guarded-catalog.ts'
import { failed } from './failure.ts'
import { type QueryContext, columnsOf } from './lookup.ts'
import { hiveDefaultPartition, partitionsMax } from './partitions.ts'

/**
 * `"t$partitions"` of a table of Hive: a row for each partition of the catalog, a column for each key. Undefined for
 * a table without keys. https://docs.aws.amazon.com/athena/latest/ug/querying-glue-catalog.html
 */
export function hivePartitionsTable(
  record: TableRecord,
  metastore: QueryCatalog,
  context: QueryContext,
): MetadataTable | undefined {
  const { database, name } = record
  const keys = columnsOf(record).filter((column) => column.partition)
  if (keys.length === 0) return undefined
  return {
    columns: keys.map((key) => ({ ...key, partition: false })),
    rows: async () => {
      if (record.parameters?.['projection.enabled']?.toLowerCase() === 'true') {
        const text = `the partitions of '${database}.${name}' are projected: the catalog has no list of them`
        throw failed('NOT_SUPPORTED', text)
      }
      const rows: (readonly (string | null)[])[] = []
      let nextToken: string | undefined
      do {
        const table = { ...context, database, table: name }
        const page = await metastore.listPartitions(table, { limit: 1000, nextToken })
        for (const { values } of page.items) {
          rows.push(values.map((value) => (value === hiveDefaultPartition ? null : value)))
        }
        nextToken = page.nextToken
        if (rows.length > partitionsMax) {
          const text = `'${database}.${name}' has more than ${partitionsMax} partitions`
          throw failed('HIVE_EXCEEDED_PARTITION_LIMIT', text)
        }
      } while (nextToken)
      return rows
    },
  }
}

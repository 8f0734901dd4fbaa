import type { Metastore, TableRecord } from '#catalog/metastore'
import { DeliveryErrors } from '../errors.ts'
import type { Conversion, DeliveryScope } from '../records.ts'
import { parseHiveType, TypeSyntaxError, type HiveType } from './hive-type.ts'

/** The table whose columns a conversion follows. Errors: those of the metastore when it is not there. */
export function loadTable(
  metastore: Pick<Metastore, 'getTable'>,
  scope: DeliveryScope,
  conversion: Pick<Conversion, 'database' | 'table' | 'region' | 'versionId'>,
): Promise<TableRecord> {
  const { database, table, region, versionId } = conversion
  const ref = { accountId: scope.accountId, region, database, table }
  return metastore.getTable(ref, versionId === 'LATEST' ? undefined : versionId)
}

/** The columns of the data, without the partition keys. Error: `DeliverySchemaInvalid`. */
export function columnsOf(
  table: TableRecord,
): readonly { readonly name: string; readonly type: HiveType }[] {
  const columns = table.storage?.columns ?? []
  if (columns.length === 0) {
    throw DeliveryErrors.DeliverySchemaInvalid(
      'The schema is invalid. The specified table has no columns.',
    )
  }
  return columns.map(({ name, type }) => {
    try {
      return { name: name.toLowerCase(), type: parseHiveType(type ?? 'string') }
    } catch (error) {
      if (!(error instanceof TypeSyntaxError)) throw error
      throw DeliveryErrors.DeliverySchemaInvalid(
        `The schema is invalid. Error parsing the schema: column '${name}': ${error.message}`,
      )
    }
  })
}

import type { DeliveryRecord } from '../../delivery-record.ts'
import type { IcebergTarget } from '../../records.ts'
import type { GroupTrouble } from '../grouping.ts'

/** What a record does to its table. */
export type Operation = 'insert' | 'update' | 'delete'

export interface Route {
  readonly database: string
  readonly table: string
}

/**
 * The table of a record, as a key of text: from its own metadata, else the only one that the delivery stream names.
 * https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-format-input-record-different.html
 */
export function routeKeys(
  target: IcebergTarget,
): (record: DeliveryRecord) => string | GroupTrouble {
  const only = target.tables.length === 1 ? target.tables[0] : undefined
  return (record) => {
    const database = metadataOf(record, 'destinationDatabaseName') ?? only?.database
    const table = metadataOf(record, 'destinationTableName') ?? only?.table
    if (database === undefined || table === undefined) {
      return {
        code: 'Iceberg.MissingRoute',
        message: 'Neither the record nor the delivery stream tells its database and table.',
      }
    }
    const operation = operationOf(record)
    if (operation === undefined) {
      return {
        code: 'Iceberg.InvalidOperation',
        message: 'The operation must be insert, update or delete.',
      }
    }
    if (target.appendOnly && operation !== 'insert') {
      return {
        code: 'Iceberg.InvalidOperation',
        message: `The delivery stream only appends; the operation is ${operation}.`,
      }
    }
    return JSON.stringify([database.toLowerCase(), table.toLowerCase()])
  }
}

export function parseRoute(key: string): Route {
  const [database, table] = JSON.parse(key) as [string, string]
  return { database, table }
}

/** Undefined for what is none. */
export function operationOf(record: DeliveryRecord): Operation | undefined {
  const operation = (metadataOf(record, 'operation') ?? 'insert').toLowerCase()
  return operation === 'insert' || operation === 'update' || operation === 'delete'
    ? operation
    : undefined
}

/** What a function says of a record goes before what a query found in it. */
function metadataOf({ keys }: DeliveryRecord, name: string): string | undefined {
  for (const found of [keys?.lambda, keys?.query]) {
    if (found && Object.hasOwn(found, name)) return found[name]
  }
  return undefined
}

import type { Type as IcebergType } from '#catalog/tables'
import { type Type, typeOfHive, typeText } from '#consumption/sql'
import { failed } from '../../planning/failure.ts'

/** Gives field ids, each once. */
export type NextId = () => number

/** Counts up from the id after `last`. */
export function idsAfter(last: number): NextId {
  let id = last
  return () => ++id
}

/** A column's type of DDL as Iceberg's, with new ids inside. Errors: `NOT_SUPPORTED`, with Athena's list of types behind it. */
export function icebergTypeOfHive(text: string, column: string, nextId: NextId): IcebergType {
  // No type of Hive's, nor of Athena's: tables of format 3 may have it.
  if (text.trim().toLowerCase() === 'variant') return 'variant'
  const type = typeOfHive(text)
  if (!type) throw unsupported(text, column)
  return icebergTypeOf(type, column, nextId)
}

/**
 * A type of SQL as Iceberg's: https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-supported-data-types.html. Times of
 * milliseconds are kept as those of microseconds, which hold them.
 */
export function icebergTypeOf(type: Type, column: string, nextId: NextId): IcebergType {
  switch (type.kind) {
    case 'boolean':
    case 'double':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'variant':
      return type.kind
    case 'integer':
      return 'int'
    case 'bigint':
      return 'long'
    case 'real':
      return 'float'
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`
    case 'varchar':
      return 'string'
    case 'varbinary':
      return 'binary'
    case 'array':
      return {
        type: 'list',
        'element-id': nextId(),
        'element-required': false,
        element: icebergTypeOf(type.element, column, nextId),
      }
    case 'map': {
      const ids = { 'key-id': nextId(), 'value-id': nextId() }
      return {
        type: 'map',
        ...ids,
        'value-required': false,
        key: icebergTypeOf(type.key, column, nextId),
        value: icebergTypeOf(type.value, column, nextId),
      }
    }
    case 'row': {
      const ids = type.fields.map(() => nextId())
      return {
        type: 'struct',
        fields: type.fields.map((field, at) => {
          if (field.name === undefined) throw unsupported(typeText(type), column)
          return {
            id: ids[at]!,
            name: field.name,
            required: false,
            type: icebergTypeOf(field.type, column, nextId),
          }
        }),
      }
    }
    default:
      throw unsupported(typeText(type), column)
  }
}

function unsupported(type: string, column: string): Error {
  return failed('NOT_SUPPORTED', `Type not supported for Iceberg: ${type} (column ${column})`)
}

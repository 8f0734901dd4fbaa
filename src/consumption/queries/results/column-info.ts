import { type Type, typeText } from '#consumption/sql'

/** A column as GetQueryResults describes it: https://docs.aws.amazon.com/athena/latest/APIReference/API_ColumnInfo.html */
export interface ColumnInfo {
  readonly name: string
  readonly type: string
  readonly precision: number
  readonly scale: number
  readonly caseSensitive: boolean
}

const precisions: Readonly<Record<string, number>> = {
  boolean: 0,
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
  real: 17,
  double: 17,
  date: 0,
  timestamp: 3,
  timestamptz: 3,
  time: 3,
  varbinary: 1073741824,
}

/** How Athena reports a column of this type. */
export function columnInfo(name: string, type: Type): ColumnInfo {
  switch (type.kind) {
    case 'decimal':
      return info(name, 'decimal', type.precision, type.scale)
    case 'varchar':
      return info(name, 'varchar', type.length ?? 2147483647, 0, true)
    case 'char':
      return info(name, 'char', type.length, 0, true)
    case 'real':
      return info(name, 'float', 17, 0)
    case 'timestamp':
      return info(name, 'timestamp', Math.max(3, type.precision ?? 3), 0)
    case 'timestamptz':
      return info(name, 'timestamp with time zone', Math.max(3, type.precision ?? 3), 0)
    case 'array':
    case 'map':
    case 'row':
      return info(name, type.kind, 0, 0)
    case 'time':
      return info(name, 'time', Math.max(3, type.precision ?? 3), 0)
    default:
      return info(name, typeText(type), precisions[type.kind] ?? 0, 0)
  }
}

/** A column of text that is no result of a query, as SHOW and DESCRIBE give. */
export function textColumn(name: string): ColumnInfo {
  return info(name, 'string', 0, 0)
}

function info(
  name: string,
  type: string,
  precision: number,
  scale: number,
  caseSensitive = false,
): ColumnInfo {
  return { name, type, precision, scale, caseSensitive }
}

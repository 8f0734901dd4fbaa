import type { FieldType } from '#storage/formats'
import { primitive, type HiveType } from './hive-type.ts'

/** The type of a decoded file's column, in Hive's terms. */
export function fromFieldType(type: FieldType): HiveType {
  switch (type.kind) {
    case 'decimal':
      return primitive(`decimal(${type.precision},${type.scale})`)
    case 'list':
      return { kind: 'array', element: fromFieldType(type.element) }
    case 'map':
      return { kind: 'map', key: fromFieldType(type.key), value: fromFieldType(type.value) }
    case 'struct': {
      const fields = type.fields.map((field) => [field.name, fromFieldType(field.type)] as const)
      return { kind: 'struct', fields: new Map(fields) }
    }
    default:
      return primitive(names[type.kind])
  }
}

const names = {
  boolean: 'boolean',
  int8: 'tinyint',
  int16: 'smallint',
  int32: 'int',
  int64: 'bigint',
  float: 'float',
  double: 'double',
  string: 'string',
  binary: 'binary',
  date: 'date',
  timestamp: 'timestamp',
  instant: 'timestamp',
} as const

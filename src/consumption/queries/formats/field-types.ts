import { type Type, fieldKey } from '#consumption/sql'
import type { FieldType, FileField } from '#storage/formats'
import type { FileColumn } from './column.ts'
import type { EngineType } from './engine-type.ts'

/** A decoded column's type, as the engine has it. */
export function engineTypeOfField(type: FieldType): EngineType {
  switch (type.kind) {
    case 'decimal':
      return type
    case 'list':
      return { kind: 'list', element: engineTypeOfField(type.element) }
    case 'map':
      return {
        kind: 'map',
        key: engineTypeOfField(type.key),
        value: engineTypeOfField(type.value),
      }
    case 'struct':
      return {
        kind: 'struct',
        fields: type.fields.map((field) => ({
          name: field.name,
          type: engineTypeOfField(field.type),
        })),
      }
    default:
      return { kind: 'leaf', name: leaves[type.kind] }
  }
}

const leaves = {
  boolean: 'BOOLEAN',
  int8: 'TINYINT',
  int16: 'SMALLINT',
  int32: 'INTEGER',
  int64: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  binary: 'BLOB',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  instant: 'TIMESTAMP',
} as const

/** A column of text files: nested as its type is, and text at its leaves. */
export function textField(column: FileColumn): FileField {
  return { name: column.name, type: textShape(column.type) }
}

function textShape(type: Type): FieldType {
  switch (type.kind) {
    case 'array':
      return { kind: 'list', element: textShape(type.element) }
    case 'map':
      return { kind: 'map', key: textShape(type.key), value: textShape(type.value) }
    case 'row':
      return {
        kind: 'struct',
        fields: type.fields.map((field, index) => ({
          name: fieldKey(field, index),
          type: textShape(field.type),
        })),
      }
    default:
      return { kind: 'string' }
  }
}

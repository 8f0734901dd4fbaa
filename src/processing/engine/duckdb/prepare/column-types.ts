import {
  BIGINT,
  BLOB,
  BOOLEAN,
  DATE,
  DECIMAL,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  FLOAT,
  INTEGER,
  LIST,
  MAP,
  SMALLINT,
  STRUCT,
  TIMESTAMP,
  TINYINT,
  VARCHAR,
} from '@duckdb/node-api'
import type { FieldType, FieldValue } from '#storage/formats'

/** A column of a decoded file in the engine's terms. */
export interface ColumnType {
  readonly type: DuckDBType
  /** Undefined: values are as the engine wants them. */
  readonly convert: ((value: FieldValue) => DuckDBValue) | undefined
}

/** Instants stand as date and time in UTC. */
export function columnType(field: FieldType): ColumnType {
  switch (field.kind) {
    case 'boolean':
      return plain(BOOLEAN)
    case 'int8':
      return plain(TINYINT)
    case 'int16':
      return plain(SMALLINT)
    case 'int32':
      return plain(INTEGER)
    case 'int64':
      return plain(BIGINT)
    case 'float':
      return plain(FLOAT)
    case 'double':
      return plain(DOUBLE)
    case 'string':
      return plain(VARCHAR)
    case 'binary':
      return { type: BLOB, convert: present((value) => new DuckDBBlobValue(value as Uint8Array)) }
    case 'date':
      return { type: DATE, convert: present((value) => new DuckDBDateValue(value as number)) }
    case 'timestamp':
    case 'instant':
      return {
        type: TIMESTAMP,
        convert: present((value) => new DuckDBTimestampValue(value as bigint)),
      }
    case 'decimal': {
      const { precision, scale } = field
      return {
        type: DECIMAL(precision, scale),
        convert: present((value) => new DuckDBDecimalValue(value as bigint, precision, scale)),
      }
    }
    case 'list': {
      const element = columnType(field.element)
      return {
        type: LIST(element.type),
        convert: present((value) => {
          const items = value as readonly FieldValue[]
          return new DuckDBListValue(items.map((item) => convertOne(element, item)))
        }),
      }
    }
    case 'map':
      return mapType(columnType(field.key), columnType(field.value))
    case 'struct':
      return structType(field)
  }
}

function plain(type: DuckDBType): ColumnType {
  return { type, convert: undefined }
}

function present(convert: (value: Exclude<FieldValue, null>) => DuckDBValue) {
  return (value: FieldValue) => (value === null ? null : convert(value))
}

function convertOne({ convert }: ColumnType, value: FieldValue): DuckDBValue {
  return convert ? convert(value) : (value as DuckDBValue)
}

/** The engine's maps have no key twice, and none that is NULL: the last entry of a key counts. */
function mapType(key: ColumnType, value: ColumnType): ColumnType {
  return {
    type: MAP(key.type, value.type),
    convert: present((entries) => {
      const last = new Map<FieldValue, FieldValue>()
      for (const entry of entries as readonly (readonly FieldValue[])[]) {
        if (entry[0] != null) last.set(entry[0], entry[1] ?? null)
      }
      return new DuckDBMapValue(
        [...last].map(([one, other]) => ({
          key: convertOne(key, one),
          value: convertOne(value, other),
        })),
      )
    }),
  }
}

function structType({ fields }: Extract<FieldType, { kind: 'struct' }>): ColumnType {
  if (fields.length === 0) throw new Error('a struct without fields cannot be read')
  const parts = fields.map((field) => ({ name: field.name, ...columnType(field.type) }))
  return {
    type: STRUCT(Object.fromEntries(parts.map(({ name, type }) => [name, type]))),
    convert: present((value) => {
      const values = value as readonly FieldValue[]
      return new DuckDBStructValue(
        Object.fromEntries(
          parts.map((part, index) => [part.name, convertOne(part, values[index] ?? null)]),
        ),
      )
    }),
  }
}

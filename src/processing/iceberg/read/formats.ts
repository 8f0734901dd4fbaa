import type { ContentFile } from '#catalog/tables'
import type { Encoding, FieldType, FileField as DecodedField } from '#storage/formats'
import { IcebergErrors } from '../errors.ts'
import type { FileField, FileSchema, FileType } from './file-schema.ts'
import { fileList } from './sql.ts'
import type { TaskFile } from './task-file.ts'

/** Formats of data and delete files: https://iceberg.apache.org/spec/#appendix-a-format-specific-requirements */
export type DataFormat = 'parquet' | 'avro' | 'orc'

/** Errors: `DataFileUnsupported`. */
export function formatOf({ path, format }: Pick<ContentFile, 'path' | 'format'>): DataFormat {
  if (format === 'parquet' || format === 'avro' || format === 'orc') return format
  throw IcebergErrors.DataFileUnsupported(`${format} files cannot be read: ${path}`, { file: path })
}

/** How a file, named by its format, is decoded; undefined for what the engine reads itself. */
export function encodingOf({ name }: Pick<TaskFile, 'name'>): Encoding | undefined {
  if (name.endsWith('.avro')) return { kind: 'avro' }
  return name.endsWith('.orc') ? { kind: 'orc' } : undefined
}

/** The columns of a decoded file in the terms of Parquet, as which the engine has them then. */
export function decodedSchema(fields: readonly DecodedField[]): FileSchema {
  return fields.map((field) => fieldOf(field.name, field.id, field.type))
}

function fieldOf(name: string, id: number | undefined, type: FieldType): FileField {
  return { id, name, type: id === undefined ? typeOf(type) : (variantOf(type) ?? typeOf(type)) }
}

/** https://iceberg.apache.org/spec/#avro, https://iceberg.apache.org/spec/#orc: a record of two fields that have no ids. */
function variantOf(type: FieldType): FileType | undefined {
  if (type.kind !== 'struct' || type.fields.length !== 2) return undefined
  const names = type.fields.map(({ name }) => name).toSorted()
  if (names.join() !== 'metadata,value') return undefined
  if (type.fields.some((field) => field.id !== undefined || field.type.kind !== 'binary'))
    return undefined
  const told = { shredded: false, bare: true, nulls: 'sql' } as const
  return { kind: 'variant', path: '', sample: '', repeated: false, ...told }
}

const leaf = (physical: string, logical = '') => ({ kind: 'leaf', physical, logical }) as const

/** The microseconds of a day, and the nanoseconds since the epoch, as plain numbers: no type of Parquet. */
export const plainMicros = 'MICROS_OF_DAY'
export const plainNanos = 'NANOS_OF_EPOCH'
/** Instants of nanoseconds in a file that calls them times without a zone. */
export const instantNanos = leaf('INT64', 'InstantNanos')

function typeOf(type: FieldType): FileType {
  switch (type.kind) {
    case 'list':
      return { kind: 'list', element: fieldOf('element', type.elementId, type.element) }
    case 'map': {
      const [key, value] = [
        fieldOf('key', type.keyId, type.key),
        fieldOf('value', type.valueId, type.value),
      ]
      return { kind: 'map', key, value }
    }
    case 'struct':
      return { kind: 'struct', fields: decodedSchema(type.fields) }
    case 'decimal':
      return leaf('FIXED_LEN_BYTE_ARRAY', 'DECIMAL')
    case 'boolean':
      return leaf('BOOLEAN')
    case 'int8':
    case 'int16':
    case 'int32':
      return leaf('INT32')
    case 'int64':
      if (type.meaning === 'time') return leaf(plainMicros)
      return leaf(type.meaning === 'nanos' ? plainNanos : 'INT64')
    case 'float':
      return leaf('FLOAT')
    case 'double':
      return leaf('DOUBLE')
    case 'string':
      return leaf('BYTE_ARRAY', 'UTF8')
    case 'binary':
      return leaf(type.meaning === 'fixed' ? 'FIXED_LEN_BYTE_ARRAY' : 'BYTE_ARRAY')
    case 'date':
      return leaf('INT32', 'DATE')
    // Both are decoded as date and time in UTC. The decoder of ORC has no nanoseconds.
    case 'timestamp':
    case 'instant':
      return type.meaning === 'nanos' ? { kind: 'other' } : leaf('INT64', 'TIMESTAMP')
  }
}

/** The same file with what decodes it: these of its columns, which are `f0`, `f1`, … then. */
export function decoding(
  file: TaskFile,
  encoding: Encoding,
  columns: readonly DecodedField[],
  options: { readonly numbered: boolean },
): TaskFile {
  const { name } = file
  const decode = { kind: 'decode', input: name, output: decodedName(name), encoding, columns }
  return { ...file, decode: { ...decode, ...options } as NonNullable<TaskFile['decode']> }
}

function decodedName(name: string): string {
  return `${name}.rows`
}

/**
 * The rows of files in FROM: their columns, and where asked `__file`, the file's name in the task, and `file_row_number`, a row's place
 * in it.
 */
export function rowsOf(
  files: readonly Pick<TaskFile, 'name' | 'decode'>[],
  wanted: { readonly file: boolean; readonly position: boolean },
): string {
  if (!files[0]?.decode) {
    const options = [
      'hive_partitioning = false',
      ...(wanted.file ? ["filename = '__file'"] : []),
      ...(wanted.position ? ['file_row_number = true'] : []),
    ]
    return `read_parquet(${fileList(files.map(({ name }) => name))}, ${options.join(', ')})`
  }
  const parts = fileList(files.map(({ name }) => `${decodedName(name)}.*.parquet`))
  const items = [
    '*',
    ...(wanted.file ? ["regexp_replace(__part, '\\.rows\\.[0-9]+\\.parquet$', '') AS __file"] : []),
    ...(wanted.position ? ['row_number AS file_row_number'] : []),
  ]
  return `(SELECT ${items.join(', ')} FROM read_parquet(${parts}, hive_partitioning = false, filename = '__part'))`
}

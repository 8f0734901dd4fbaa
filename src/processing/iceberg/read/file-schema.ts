import { fileList } from './sql.ts'

/** A column of a data file, however deep. */
export interface FileField {
  /** Undefined in files that were not written for Iceberg. */
  readonly id: number | undefined
  readonly name: string
  readonly type: FileType
}

/** A type as Parquet has it: https://parquet.apache.org/docs/file-format/types/logicaltypes/ */
export type FileType =
  | { readonly kind: 'leaf'; readonly physical: string; readonly logical: string }
  | { readonly kind: 'struct'; readonly fields: readonly FileField[] }
  | { readonly kind: 'list'; readonly element: FileField }
  | { readonly kind: 'map'; readonly key: FileField; readonly value: FileField }
  /** A form that no writer of Iceberg uses. */
  | { readonly kind: 'other' }

/** The columns of a file. */
export type FileSchema = readonly FileField[]

/** One line of the engine's `parquet_schema`. */
interface Line {
  readonly n: string
  readonly t: string | null
  readonly c: number | null
  readonly i: number | null
  readonly r: string | null
  readonly l: string | null
}

/** Rows: the text of a schema, for `parseFileSchema`, and as JSON the files that have it. */
export function schemasSql(names: readonly string[]): string {
  const line = `{'n': name, 't': type, 'c': num_children, 'i': field_id, 'r': repetition_type,
    'l': coalesce(CAST(logical_type AS VARCHAR), CAST(converted_type AS VARCHAR))}`
  return `SELECT CAST(to_json(lines) AS VARCHAR), CAST(to_json(list(file_name)) AS VARCHAR) FROM (
    SELECT file_name, list(${line} ORDER BY place) AS lines
    FROM (SELECT *, row_number() OVER () AS place FROM parquet_schema(${fileList(names)}))
    GROUP BY file_name
  ) GROUP BY lines`
}

export function parseFileSchema(text: string): FileSchema {
  const lines = (JSON.parse(text) as readonly Line[]).values()
  const root = lines.next().value!
  return readFields(lines, root.c ?? 0)
}

/** True when some field has an id; then one without is no column of the table. */
export function hasIds(schema: FileSchema): boolean {
  return schema.some((field) => field.id !== undefined || childrenOf(field.type).some(hasIdInside))
}

function hasIdInside(field: FileField): boolean {
  return field.id !== undefined || childrenOf(field.type).some(hasIdInside)
}

export function childrenOf(type: FileType): readonly FileField[] {
  switch (type.kind) {
    case 'struct':
      return type.fields
    case 'list':
      return [type.element]
    case 'map':
      return [type.key, type.value]
    default:
      return []
  }
}

type Lines = Iterator<Line, undefined, undefined>

function readFields(lines: Lines, count: number): readonly FileField[] {
  return Array.from({ length: count }, () => readField(lines))
}

function readField(lines: Lines, repeatable = false): FileField {
  const line = lines.next().value!
  const type = readType(line, lines)
  const isLost = line.r === 'REPEATED' && !repeatable
  return { id: line.i ?? undefined, name: line.n, type: isLost ? { kind: 'other' } : type }
}

function readType(line: Line, lines: Lines): FileType {
  const logical = line.l ?? ''
  if (line.c === null) return { kind: 'leaf', physical: line.t ?? '', logical }
  if (/^(LIST|ListType)/.test(logical)) return readList(line, lines)
  if (/^(MAP|MapType)/.test(logical)) return readMap(line, lines)
  return { kind: 'struct', fields: readFields(lines, line.c) }
}

/** https://parquet.apache.org/docs/file-format/types/logicaltypes/#lists: of old writers the repeated field is the element. */
function readList(line: Line, lines: Lines): FileType {
  const [repeated, ...rest] = Array.from({ length: line.c! }, () => readField(lines, true))
  if (!repeated || rest.length > 0) return { kind: 'other' }
  const { type, name } = repeated
  const isWrapper =
    type.kind === 'struct' &&
    type.fields.length === 1 &&
    name !== 'array' &&
    name !== `${line.n}_tuple`
  return { kind: 'list', element: isWrapper ? type.fields[0]! : repeated }
}

function readMap(line: Line, lines: Lines): FileType {
  const [entries] = Array.from({ length: line.c! }, () => readField(lines, true))
  if (entries?.type.kind !== 'struct' || entries.type.fields.length !== 2) return { kind: 'other' }
  const [key, value] = entries.type.fields
  return { kind: 'map', key: key!, value: value! }
}

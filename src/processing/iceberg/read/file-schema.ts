import { fileList, quoteName } from './sql.ts'

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
  | VariantFileType
  /** A form that no writer of Iceberg uses. */
  | { readonly kind: 'other' }

/** https://iceberg.apache.org/spec/#parquet, https://github.com/apache/parquet-format/blob/master/VariantEncoding.md */
export interface VariantFileType {
  readonly kind: 'variant'
  /** Where its leaves stand in the file, as the engine's `parquet_metadata` names it: `s, v`. */
  readonly path: string
  /** SQL for one such value of a row, over the file's columns. */
  readonly sample: string
  /** Within a list or a map: a row has many. */
  readonly repeated: boolean
  /** Has columns of their own for some of its values. */
  readonly shredded: boolean
  /** Without the annotation that says what it is: the engine gives the two fields. */
  readonly bare: boolean
  /** What the engine's NULL is there: that of SQL, the null inside of a variant, or one of both. */
  readonly nulls: 'sql' | 'variant' | 'both'
}

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

/** Where a field stands: the names above it, SQL for a value of it, and whether a row has many. */
interface Place {
  readonly path: readonly string[]
  readonly sample: string
  readonly repeated: boolean
  /** So many levels below are not told in the SQL: those that Parquet has for a list's elements. */
  readonly hidden: number
}

function readFields(lines: Lines, count: number, place?: Place): readonly FileField[] {
  return Array.from({ length: count }, () => readField(lines, place))
}

function readField(lines: Lines, parent?: Place, repeatable = false): FileField {
  const line = lines.next().value!
  const place = placeIn(line.n, parent)
  const type = readType(line, lines, place)
  const isLost = line.r === 'REPEATED' && !repeatable
  return { id: line.i ?? undefined, name: line.n, type: isLost ? { kind: 'other' } : type }
}

function placeIn(name: string, parent: Place | undefined): Place {
  if (!parent) return { path: [name], sample: quoteName(name), repeated: false, hidden: 0 }
  const { sample, hidden } = parent
  return {
    ...parent,
    path: [...parent.path, name],
    ...(hidden > 0 ? { hidden: hidden - 1 } : { sample: `(${sample}).${quoteName(name)}` }),
  }
}

function readType(line: Line, lines: Lines, place: Place): FileType {
  const logical = line.l ?? ''
  if (line.c === null) return { kind: 'leaf', physical: line.t ?? '', logical }
  if (/^(LIST|ListType)/.test(logical)) return readList(line, lines, place)
  if (/^(MAP|MapType)/.test(logical)) return readMap(line, lines, place)
  const fields = readFields(lines, line.c, place)
  return line.i === null
    ? { kind: 'struct', fields }
    : (variantOf(fields, place) ?? { kind: 'struct', fields })
}

/** The type of a field that has an id, when those inside have none and are a variant's. */
function variantOf(fields: readonly FileField[], place: Place): VariantFileType | undefined {
  const names = fields
    .map(({ name }) => name)
    .toSorted()
    .join()
  const shredded = names === 'metadata,typed_value,value'
  if (!shredded && names !== 'metadata,value') return undefined
  const isBytes = ({ name, id, type }: FileField) =>
    id === undefined &&
    (name === 'typed_value' || (type.kind === 'leaf' && type.physical === 'BYTE_ARRAY'))
  if (!fields.every(isBytes)) return undefined
  const { path, sample, repeated } = place
  return {
    kind: 'variant',
    path: path.join(', '),
    sample,
    repeated,
    shredded,
    bare: true,
    nulls: 'sql',
  }
}

/** The same schema with what was found out of its variants, which it lacks. */
export function withVariants(
  schema: FileSchema,
  found: (variant: VariantFileType) => VariantFileType,
): FileSchema {
  const inField = (field: FileField): FileField => ({ ...field, type: inType(field.type) })
  const inType = (type: FileType): FileType => {
    switch (type.kind) {
      case 'variant':
        return found(type)
      case 'struct':
        return { ...type, fields: type.fields.map(inField) }
      case 'list':
        return { ...type, element: inField(type.element) }
      case 'map':
        return { ...type, key: inField(type.key), value: inField(type.value) }
      default:
        return type
    }
  }
  return schema.map(inField)
}

export function variantsOf(schema: FileSchema): readonly VariantFileType[] {
  return schema.flatMap(({ type }) =>
    type.kind === 'variant' ? [type] : variantsOf(childrenOf(type)),
  )
}

/** https://parquet.apache.org/docs/file-format/types/logicaltypes/#lists: of old writers the repeated field is the element. */
function readList(line: Line, lines: Lines, { path, sample }: Place): FileType {
  const inside = { path, sample: `(${sample})[1]`, repeated: true, hidden: 2 }
  const [repeated, ...rest] = Array.from({ length: line.c! }, () => readField(lines, inside, true))
  if (!repeated || rest.length > 0) return { kind: 'other' }
  const { type, name } = repeated
  const isWrapper =
    type.kind === 'struct' &&
    type.fields.length === 1 &&
    name !== 'array' &&
    name !== `${line.n}_tuple`
  return { kind: 'list', element: isWrapper ? type.fields[0]! : repeated }
}

function readMap(line: Line, lines: Lines, { path, sample }: Place): FileType {
  const inside = { path, sample: `map_entries(${sample})[1]`, repeated: true, hidden: 1 }
  const [entries] = Array.from({ length: line.c! }, () => readField(lines, inside, true))
  if (entries?.type.kind !== 'struct' || entries.type.fields.length !== 2) return { kind: 'other' }
  const [key, value] = entries.type.fields
  return { kind: 'map', key: key!, value: value! }
}

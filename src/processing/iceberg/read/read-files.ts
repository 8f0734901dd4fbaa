import { type PlannedFile, type Schema, type TableMetadata, parsePrimitive } from '#catalog/tables'
import { lastingFolder, lastingName } from '#processing/engine'
import { IcebergErrors } from '../errors.ts'
import { type ColumnSource, columnType, identified, identityValues, sourceOf } from './columns.ts'
import { equalityJoins, positionDeletes } from './deletes.ts'
import { type TypeForms, engineTypeOf } from './engine-type.ts'
import type { FileSchemas, KnownSchema } from './file-schemas.ts'
import type { FileSchema } from './file-schema.ts'
import { type LinkParts, linkFiles } from './link-files.ts'
import { isNanos, nanosSql, valueSql } from './literal.ts'
import { formatOf, rowsOf } from './formats.ts'
import { readable } from './readable.ts'
import { relabelledFiles } from './relabelled-files.ts'
import { quoteName, quoteText } from './sql.ts'
import type { TaskFile } from './task-file.ts'

/** Columns beside the table's own. `file` is a file's place in the request, from 0; `position` a row's in it. */
export type ExtraColumn = 'path' | 'file' | 'position' | 'row_id' | 'row_sequence'

const extraTypes: Readonly<Record<ExtraColumn, string>> = {
  path: 'VARCHAR',
  file: 'INTEGER',
  position: 'BIGINT',
  row_id: 'BIGINT',
  row_sequence: 'BIGINT',
}

export interface ReadRequest {
  /** What the files' names in the task's input folder begin with. */
  readonly id: string
  readonly metadata: TableMetadata
  /** What the rows are given as: the columns of this schema, as `c0`, `c1`, …, whatever the files were written as. */
  readonly schema: Schema
  readonly files: readonly PlannedFile[]
  readonly forms?: TypeForms
  readonly extras?: readonly ExtraColumn[]
  /** The columns (places) that are read of the rows, where that is known; the others may fail when they are. */
  readonly needed?: ReadonlySet<number>
  /** SQL that fails with this text when it is evaluated: for a column that a file does not have as the table says. */
  readonly failing: (engineType: string, text: string) => string
}

export interface ReadParts extends LinkParts {
  readonly schemas: FileSchemas
}

/**
 * A query in the engine's SQL that gives the live rows of planned files: schema evolution by field id, deletes applied. The
 * files are linked and noted in `parts.files`, which the task takes as its inputs. https://iceberg.apache.org/spec/#scan-planning
 * Errors: `DataFileUnreadable`, `DataFileUnsupported`, those of the engine and the object store.
 */
export async function readFiles(request: ReadRequest, parts: ReadParts): Promise<string> {
  const { files } = request
  const names = namesOf(request, parts)
  const linked = await linkFiles(
    files.map(({ file: { path, sizeBytes } }, at) => ({
      location: path,
      name: names[at]!,
      sizeBytes,
    })),
    parts,
  )
  const found = await parts.schemas.of(linked, parts.signal)
  const ids = neededIds(request)
  const [told, schemas] = await relabelledFiles(linked, found, (id) => ids.has(id), parts)
  const positions = await positionDeletes(request, told, parts)
  const groups = groupFiles(request, told, schemas, parts)
  const selects: string[] = []
  for (const group of groups) {
    const joins = await equalityJoins(request, group, parts)
    selects.push(selectSql(request, group, positions, joins))
  }
  return selects.length > 0 ? selects.join(' UNION ALL ') : emptySql(request)
}

/** The columns that are read, and those that tell of deletes. */
function neededIds({ schema, files, needed }: ReadRequest): ReadonlySet<number> {
  const columns = schema.fields.filter((_, at) => needed?.has(at) ?? true).map(({ id }) => id)
  const deletes = files.flatMap((planned) => planned.deletes)
  return new Set([...columns, ...deletes.flatMap(({ file }) => file.equalityIds ?? [])])
}

/** What the engine reads itself has a name by its location, where it has one: a data file never changes. No two are the same. */
function namesOf({ id, files, metadata }: ReadRequest, { local }: ReadParts): readonly string[] {
  const seen = new Set<string>()
  const folder = `${lastingFolder}/${lastingName(metadata['table-uuid'])}`
  return files.map(({ file }, at) => {
    const format = formatOf(file)
    const own = `${id}/f${at}.${format}`
    if (format !== 'parquet' || local?.has(file.path)) return own
    const lasting = `${folder}/${lastingName(file.path, file.sizeBytes)}.parquet`
    if (seen.has(lasting)) return own
    seen.add(lasting)
    return lasting
  })
}

/** A planned file on its way into a query. */
export interface ReadFile {
  readonly at: number
  readonly planned: PlannedFile
  readonly linked: TaskFile
}

/** Files that one SELECT reads. */
export interface FileGroup {
  readonly schema: FileSchema
  readonly files: readonly ReadFile[]
  /** Whether rows of them may be deleted by position. */
  readonly hasPositions: boolean
}

function groupFiles(
  request: ReadRequest,
  linked: readonly TaskFile[],
  schemas: readonly KnownSchema[],
  parts: ReadParts,
): readonly FileGroup[] {
  const { files, metadata } = request
  interface Group extends FileGroup {
    readonly known: KnownSchema
    readonly files: ReadFile[]
  }
  const groups = new Map<string, Group>()
  for (const [at, planned] of files.entries()) {
    const known = schemas[at]!
    const equality = planned.deletes.filter(({ file }) => file.content === 'equality-deletes')
    const hasPositions = equality.length < planned.deletes.length
    const key = JSON.stringify([
      known.key,
      hasPositions,
      planned.file.specId,
      equality.map(({ file }) => file.path).toSorted(),
    ])
    const group = groups.get(key) ?? {
      known,
      schema: schemaOf(known, metadata, planned.file.path),
      files: [],
      hasPositions,
    }
    group.files.push({ at, planned, linked: linked[at]! })
    groups.set(key, group)
  }
  return [...groups.values()].map((group) => readableGroup(request, group, group.known, parts))
}

/** Decoded where it must be: the columns that are asked for, and those that tell of deletes and of row ids. */
function readableGroup(
  request: ReadRequest,
  group: FileGroup,
  known: KnownSchema,
  parts: ReadParts,
): FileGroup {
  const deletes = group.files[0]!.planned.deletes.flatMap(({ file }) => file.equalityIds ?? [])
  const columns = request.schema.fields.map(({ id }) => id)
  const ids = new Set([...columns, ...deletes, rowIdField, rowSequenceField])
  const { schema, files } = readable(
    known,
    group.schema,
    group.files.map(({ linked }) => linked),
    { ids, numbered: needsPosition(request, group) },
    parts,
  )
  return {
    ...group,
    schema,
    files: group.files.map((file, at) => ({ ...file, linked: files[at]! })),
  }
}

function needsPosition({ extras = [] }: ReadRequest, { hasPositions }: FileGroup): boolean {
  return hasPositions || extras.some((extra) => extra === 'position' || extra === 'row_id')
}

function schemaOf({ fields }: KnownSchema, metadata: TableMetadata, location: string): FileSchema {
  const schema = identified(fields, metadata)
  if (!schema) {
    throw IcebergErrors.DataFileUnreadable(
      `${location} has no field ids, and the table no name mapping (schema.name-mapping.default)`,
      { file: location },
    )
  }
  const names = new Set(schema.map(({ name }) => name.toLowerCase()))
  if (names.size === schema.length) return schema
  throw IcebergErrors.DataFileUnsupported(
    `${location} has columns whose names differ in nothing but case`,
    { file: location },
  )
}

const rowIdField = 2_147_483_540
const rowSequenceField = 2_147_483_539

function selectSql(
  request: ReadRequest,
  group: FileGroup,
  positions: string | undefined,
  joins: readonly string[],
): string {
  const { metadata, schema, failing, extras = [] } = request
  const forms = { ...request.forms, failing }
  const specId = group.files[0]!.planned.file.specId
  const identities = [...identityValues(metadata, specId, []).keys()]
  const used: number[] = []
  const items = schema.fields.map((column, index) => {
    const source = sourceOf(column, group.schema, new Set(identities), forms)
    if (source.kind === 'partition') used.push(column.id)
    return `${columnSql(request, group, column, source)} AS c${index}`
  })
  for (const extra of extras) items.push(`${extraSql(extra, group.schema)} AS ${extra}`)
  const needsFiles = used.length > 0 || extras.some((extra) => extra !== 'position')
  const rows = rowsOf(
    group.files.map(({ linked }) => linked),
    { file: needsFiles || group.hasPositions, position: needsPosition(request, group) },
  )
  const from = [`${rows} AS s`]
  if (needsFiles) from.push(`JOIN ${filesSql(request, group, used)} ON p.name = s.__file`)
  if (group.hasPositions && positions) {
    from.push(`ANTI JOIN ${positions} AS d ON d.name = s.__file AND d.pos = s.file_row_number`)
  }
  return `SELECT ${items.join(', ')} FROM ${[...from, ...joins].join(' ')}`
}

function columnSql(
  { failing, forms = {} }: ReadRequest,
  { files }: FileGroup,
  column: Schema['fields'][number],
  source: ColumnSource,
): string {
  switch (source.kind) {
    case 'sql':
      return source.sql
    case 'partition':
      return `p.i${column.id}`
    case 'unreadable': {
      const type = typeof column.type === 'string' ? column.type : column.type.type
      const text =
        engineTypeOf(column.type, forms) === undefined
          ? `NOT_SUPPORTED: column ${column.name} is of the type ${type}, which cannot be read here`
          : `ICEBERG_BAD_DATA: column ${column.name} of type ${type} is ${source.fileType} in ${files[0]!.planned.file.path}`
      return failing(columnType(column.type, forms), text)
    }
  }
}

function extraSql(extra: ExtraColumn, schema: FileSchema): string {
  const field = (id: number) => schema.find((each) => each.id === id)
  switch (extra) {
    case 'path':
    case 'file':
      return `p.${extra}`
    case 'position':
      return 's.file_row_number'
    // https://iceberg.apache.org/spec/#row-lineage: what the file does not say follows from where the row stands.
    case 'row_id': {
      const own = field(rowIdField)
      const implied = 'p.first_row_id + s.file_row_number'
      return own ? `coalesce(s.${quoteName(own.name)}, ${implied})` : `(${implied})`
    }
    case 'row_sequence': {
      const own = field(rowSequenceField)
      return own ? `coalesce(s.${quoteName(own.name)}, p.sequence)` : 'p.sequence'
    }
  }
}

/** What is known of each file: its names, and the partition values that stand for columns. */
function filesSql(request: ReadRequest, group: FileGroup, columns: readonly number[]): string {
  const rows = group.files.map(({ at, planned, linked }) => {
    const { file, sequenceNumber } = planned
    const values = identityValues(request.metadata, file.specId, file.partition)
    const cells = columns.map((id) => {
      const { type, value } = values.get(id)!
      const column = request.schema.fields.find((field) => field.id === id)!
      const sql = value === undefined ? 'NULL' : valueSql(parsePrimitive(type), value)
      if (request.forms?.nanos && isNanos(type)) return nanosSql(sql, type, request.forms)
      return `CAST(${sql} AS ${columnType(column.type, request.forms ?? {})})`
    })
    const firstRowId = file.firstRowId === undefined ? 'NULL' : String(file.firstRowId)
    const own = [quoteText(`{in}/${linked.name}`), String(at), quoteText(file.path)]
    return `(${[...own, `CAST(${firstRowId} AS BIGINT)`, `CAST(${sequenceNumber} AS BIGINT)`, ...cells].join(', ')})`
  })
  const names = ['name', 'file', 'path', 'first_row_id', 'sequence']
  const all = [...names, ...columns.map((id) => `i${id}`)]
  return `(VALUES ${rows.join(', ')}) AS p(${all.join(', ')})`
}

function emptySql({ schema, forms = {}, extras = [] }: ReadRequest): string {
  const items = schema.fields.map(
    (column, index) => `CAST(NULL AS ${columnType(column.type, forms)}) AS c${index}`,
  )
  for (const extra of extras) items.push(`CAST(NULL AS ${extraTypes[extra]}) AS ${extra}`)
  return `SELECT ${items.join(', ')} WHERE false`
}

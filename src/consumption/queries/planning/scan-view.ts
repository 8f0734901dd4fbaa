import type { TableRecord } from '#catalog/metastore'
import { type Scan, castSql, engineType, quoteText } from '#consumption/sql'
import type { QueryEngine } from '#processing/engine'
import type { TaskFile } from '#processing/iceberg'
import type { Objects } from '#storage/objects'
import { type FileColumn, type FileReading, unreadableSql } from '../formats/column.ts'
import { type Format, formatOf } from '../formats/format.ts'
import {
  type JsonStructure,
  hasCaseVariants,
  jsonReading,
  mergeStructures,
} from '../formats/json.ts'
import { fileList, parquetReading } from '../formats/parquet.ts'
import { csvReading, textReading } from '../formats/text.ts'
import { failed } from './failure.ts'
import type { FileInspector } from './file-inspector.ts'
import type { PlannedFile } from './files.ts'
import { hiveDefaultPartition } from './partitions.ts'

/** A file as the engine sees it. */
export interface LinkedFile extends PlannedFile, TaskFile {}

export interface ScanParts {
  readonly objects: Objects
  readonly engine: QueryEngine
  readonly inspector: FileInspector
  readonly accountId: string
  readonly signal: AbortSignal
  /** Every file of the query, noted before it is looked into, so that a failure can name it. */
  readonly files: TaskFile[]
  /** Frees local files when the query is over. */
  readonly held: AsyncDisposableStack
}

const suffixes = ['.gz', '.zst']
const unreadableSuffixes = ['.bz2', '.lz4', '.lzo', '.snappy', '.xz', '.zip', '.deflate']

/** Finds out what is in a scan's files, and returns the statement that makes the view of the table. */
export async function planScan(
  scan: Scan<TableRecord>,
  planned: readonly PlannedFile[],
  parts: ScanParts,
): Promise<string> {
  const table = scan.source
  const groups = new Map<string, { format: Format; files: LinkedFile[] }>()
  for (const [index, file] of planned.entries()) {
    const format = formatOf(table, file.partition?.storage)
    const linked = await linkFile(scan, file, format, index, parts)
    parts.files.push(linked)
    const key = JSON.stringify(format)
    const group = groups.get(key) ?? { format, files: [] }
    group.files.push(linked)
    groups.set(key, group)
  }
  // A format that cannot be read is refused even without a file.
  if (planned.length === 0) formatOf(table)
  const selects: string[] = []
  for (const { format, files: alike } of groups.values()) {
    for (const reading of await readings(scan, format, alike, parts)) {
      selects.push(selectSql(scan, reading.reading, reading.files))
    }
  }
  const body = selects.length > 0 ? selects.join(' UNION ALL ') : emptySql(scan)
  return `CREATE VIEW lake.${scan.id} AS ${body}`
}

async function linkFile(
  scan: Scan<TableRecord>,
  file: PlannedFile,
  format: Format,
  index: number,
  parts: ScanParts,
): Promise<LinkedFile> {
  const { bucket, key } = file.object
  const uri = `s3://${bucket}/${key}`
  const lower = key.toLowerCase()
  const unreadable = unreadableSuffixes.find((suffix) => lower.endsWith(suffix))
  if (format.kind !== 'parquet' && unreadable) {
    throw failed(
      'HIVE_UNSUPPORTED_FORMAT',
      `Files compressed as ${unreadable} cannot be read: ${uri}`,
    )
  }
  const path = file.localPath ?? (await borrow(file, parts))
  parts.signal.throwIfAborted()
  const suffix =
    format.kind === 'parquet' ? '' : (suffixes.find((each) => lower.endsWith(each)) ?? '')
  const folders = (file.partition?.values ?? []).map(
    (value, place) => `__k${place}=${encode(value)}/`,
  )
  if (folders.some((folder) => folder.length > 250)) {
    throw failed('NOT_SUPPORTED', `a partition value is too long: ${uri}`)
  }
  const extension = format.kind === 'parquet' ? 'parquet' : format.kind === 'json' ? 'json' : 'csv'
  const name = `${scan.id}/${folders.join('')}f${index}.${extension}${suffix}`
  return { ...file, name, path, uri, sizeBytes: file.object.sizeBytes }
}

async function borrow({ object }: PlannedFile, parts: ScanParts): Promise<string> {
  const { bucket, key, versionId } = object
  const { accountId } = parts
  const local = await parts.objects.localFile({ accountId, bucket, key, versionId })
  parts.held.defer(() => local.release())
  return local.path
}

/** A value as it stands in a folder's name; the engine decodes it, and reads Hive's default as NULL. */
function encode(value: string): string {
  return value === hiveDefaultPartition || value === ''
    ? hiveDefaultPartition
    : encodeURIComponent(value)
}

/** Files that are read alike, and how. */
async function readings(
  scan: Scan<TableRecord>,
  format: Format,
  files: readonly LinkedFile[],
  parts: ScanParts,
): Promise<readonly { reading: FileReading; files: readonly LinkedFile[] }[]> {
  const columns: FileColumn[] = scan.columns.filter((column) => !column.partition)
  switch (format.kind) {
    case 'parquet': {
      const groups = await parts.inspector.parquet(files, parts.signal)
      return groups.map((group) => ({
        reading: parquetReading(group.schema, columns, group.files[0]!.uri),
        files: group.files,
      }))
    }
    case 'json': {
      const structures = await parts.inspector.json(files, format.ignoreMalformed, parts.signal)
      return jsonGroups(files, structures).map((group) => ({
        reading: jsonReading(group.structure, columns, format.mapping, format.ignoreMalformed),
        files: group.files,
      }))
    }
    case 'text':
      return [{ reading: textReading(format, columns), files }]
    case 'csv':
      return [{ reading: csvReading(format, columns), files }]
  }
}

/** Files that are read in one go: all of them, unless their keys differ in nothing but case. */
function jsonGroups(
  files: readonly LinkedFile[],
  structures: readonly JsonStructure[],
): { structure: JsonStructure; files: LinkedFile[] }[] {
  const merged = structures.reduce<JsonStructure>(mergeStructures, 'NULL')
  if (!hasCaseVariants(merged)) return [{ structure: merged, files: [...files] }]
  const groups = new Map<string, { structure: JsonStructure; files: LinkedFile[] }>()
  for (const [index, file] of files.entries()) {
    const structure = structures[index]!
    const key = JSON.stringify(structure)
    const group = groups.get(key) ?? { structure, files: [] }
    group.files.push(file)
    groups.set(key, group)
  }
  return [...groups.values()]
}

const at = { line: 1, column: 1 }

function selectSql(
  scan: Scan<TableRecord>,
  reading: FileReading,
  files: readonly LinkedFile[],
): string {
  const keys = scan.columns.filter((column) => column.partition)
  const types = keys.map((_, index) => `'__k${index}': VARCHAR`).join(', ')
  const hive =
    keys.length > 0
      ? `, hive_partitioning = true, hive_types = {${types}}`
      : ', hive_partitioning = false'
  const path = scan.usesPath ? ', filename = true' : ''
  const values = [...reading.columns]
  const items = scan.columns.map((column, index) => {
    const file = column.partition ? undefined : values.shift()!
    const sql = file ?? castSql(`__k${keys.indexOf(column)}`, { kind: 'varchar' }, column.type, at)
    const known = column.type.kind !== 'unknown'
    return `${known ? sql : unreadableColumn(column.name)} AS c${index}`
  })
  items.push(`${scan.usesPath ? pathSql(files) : 'NULL::VARCHAR'} AS c${scan.columns.length}`)
  const from = reading.from(fileList(files.map((file) => file.name)), `${hive}${path}`)
  return `SELECT ${items.join(', ')} FROM ${from}`
}

function unreadableColumn(name: string): string {
  return unreadableSql(
    { kind: 'unknown' },
    `NOT_SUPPORTED: the type of column ${name} is not supported`,
  )
}

/** The object's name from the local file's: its number stands in it. */
function pathSql(files: readonly LinkedFile[]): string {
  const entries = files.map((file) => {
    const number = /f(\d+)\.[^/]*$/.exec(file.name)![1]
    return { number, uri: quoteText(file.uri) }
  })
  const keys = entries.map((entry) => `'${entry.number}'`).join(', ')
  const uris = entries.map((entry) => entry.uri).join(', ')
  return `map_extract_value(map([${keys}], [${uris}]), regexp_extract(filename, 'f([0-9]+)[.][^/]*$', 1))`
}

function emptySql(scan: Scan<TableRecord>): string {
  const items = scan.columns.map(
    (column, index) => `CAST(NULL AS ${engineType(column.type)}) AS c${index}`,
  )
  items.push(`NULL::VARCHAR AS c${scan.columns.length}`)
  return `SELECT ${items.join(', ')} WHERE false`
}

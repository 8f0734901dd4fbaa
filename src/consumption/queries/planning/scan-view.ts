import type { TableRecord } from '#catalog/metastore'
import { type Scan, castSql, engineType, quoteText } from '#consumption/sql'
import type { PrepareStep, QueryEngine } from '#processing/engine'
import type { TaskFile } from '#processing/iceberg'
import type { Objects } from '#storage/objects'
import { type FileColumn, type FileReading, unreadableSql } from '../formats/column.ts'
import {
  type DecodedReading,
  csvDecodedReading,
  selfDescribedReading,
  textDecodedReading,
} from '../formats/decoded.ts'
import { type Format, formatOf } from '../formats/format.ts'
import {
  type Fold,
  type JsonStructure,
  foldOf,
  hasCaseVariants,
  jsonReading,
  mergeStructures,
} from '../formats/json.ts'
import { fileList, parquetReading, scannedBytes } from '../formats/parquet.ts'
import { csvReading, lazyEncoding, textReading } from '../formats/text.ts'
import type { FileInspector } from './file-inspector.ts'
import type { PlannedFile } from './files.ts'
import { byFile, hiddenValues } from './hidden-columns.ts'
import { type LinkedFile, decodedFile, nameFile, tableFolder } from './linked-file.ts'

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
  /** The columns (places) of each scan that the query reads. */
  readonly used: ReadonlyMap<string, ReadonlySet<number>>
  /** Where the query's files lie, by their names. */
  readonly paths: Map<string, LocalPath>
}

type LocalPath = Pick<TaskFile, 'path' | 'isKept'>

/** A table made ready to be read. */
export interface PlannedScan {
  /** The query that gives the table's rows. */
  readonly rows: string
  /** What is to be done before. */
  readonly prepare: readonly PrepareStep[]
}

/** Finds out what is in a scan's files, and says how its table can be read. */
export async function planScan(
  scan: Scan<TableRecord>,
  planned: readonly PlannedFile[],
  parts: ScanParts,
): Promise<PlannedScan> {
  const table = scan.source
  const groups = new Map<Format, LinkedFile[]>()
  const places = new Map<string, number>()
  for (const { linked, format } of await linkAll(scan, planned, parts)) {
    places.set(linked.name, parts.files.push(linked) - 1)
    const alike = groups.get(format)
    if (alike) alike.push(linked)
    else groups.set(format, [linked])
  }
  // A format that cannot be read is refused even without a file.
  if (planned.length === 0) formatOf(table)
  const selects: string[] = []
  const prepare: PrepareStep[] = []
  for (const [format, alike] of groups) {
    for (const reading of await readings(scan, format, alike, parts)) {
      selects.push(selectSql(scan, reading.reading, reading.files))
      prepare.push(...reading.files.flatMap((file) => file.steps))
      for (const [index, scannedBytes] of (reading.scannedBytes ?? []).entries()) {
        const place = places.get(reading.files[index]!.name)!
        parts.files[place] = { ...parts.files[place]!, scannedBytes }
      }
    }
  }
  const body = selects.length > 0 ? selects.join(' UNION ALL ') : emptySql(scan)
  return { rows: body, prepare }
}

interface FormattedFile {
  readonly linked: LinkedFile
  readonly format: Format
}

/** All files of a scan, in their order. */
async function linkAll(
  scan: Scan<TableRecord>,
  planned: readonly PlannedFile[],
  parts: ScanParts,
): Promise<readonly FormattedFile[]> {
  const place = { id: scan.id, folder: tableFolder(scan) }
  const formats = formatsOf(scan.source)
  const files = planned.map((file, index) => {
    const format = formats(file.partition?.storage)
    return { format, file, named: nameFile(place, file, format, index) }
  })
  const { paths } = parts
  for (const { file, named } of files) {
    if (file.localPath !== undefined) paths.set(named.name, { path: file.localPath, isKept: false })
  }
  const missing = files.filter(({ named }) => !paths.has(named.name))
  const lent = await borrow(
    missing.map(({ file }) => file),
    parts,
  )
  for (const [at, { named }] of missing.entries()) paths.set(named.name, lent[at]!)
  parts.signal.throwIfAborted()
  return files.map(({ format, named }) => ({
    format,
    linked: { ...named, ...paths.get(named.name)! },
  }))
}

/** The format of files by their partition's storage: one object for all that are read alike. */
function formatsOf(table: TableRecord): (storage: PlannedStorage) => Format {
  const byStorage = new Map<string, Format>()
  const byFormat = new Map<string, Format>()
  return (storage) => {
    // The rest says nothing of the format: where the partition lies, and its columns.
    const told = [storage?.serde, storage?.inputFormat, storage?.parameters]
    const key = JSON.stringify(told)
    const known = byStorage.get(key)
    if (known) return known
    const found = formatOf(table, storage)
    const text = JSON.stringify(found)
    const format = byFormat.get(text) ?? found
    byFormat.set(text, format)
    byStorage.set(key, format)
    return format
  }
}

type PlannedStorage = NonNullable<PlannedFile['partition']>['storage']

/** Where objects lie on this machine as long as the query runs. */
async function borrow(
  files: readonly PlannedFile[],
  { objects, accountId, held }: ScanParts,
): Promise<readonly LocalPath[]> {
  if (files.length === 0) return []
  const refs = files.map(({ object: { bucket, key, versionId } }) => {
    return { accountId, bucket, key, versionId }
  })
  const local = await objects.localFiles(refs)
  held.defer(() => local.release())
  return local.files
}

/** Files that are read alike, and how. */
interface AlikeFiles {
  readonly reading: FileReading
  readonly files: readonly LinkedFile[]
  /** How much of each file is read, where it is known. */
  readonly scannedBytes?: readonly number[]
}

async function readings(
  scan: Scan<TableRecord>,
  format: Format,
  files: readonly LinkedFile[],
  parts: ScanParts,
): Promise<readonly AlikeFiles[]> {
  const columns: FileColumn[] = scan.columns.filter((column) => !column.partition)
  const { inspector, signal } = parts
  const used = (column: FileColumn) => isUsed(scan, column, parts)
  switch (format.kind) {
    case 'parquet': {
      const groups = await inspector.parquet(files, signal)
      return groups.map((group) => {
        const { byPlace } = format
        const options = { byPlace, uri: group.files[0]!.uri }
        return {
          reading: parquetReading(group.schema, columns, options),
          files: group.files,
          scannedBytes: scannedBytes(group.schema, group.bytes, columns, { byPlace, used }),
        }
      })
    }
    case 'orc':
    case 'avro': {
      const encoding =
        format.kind === 'orc'
          ? ({ kind: 'orc' } as const)
          : { kind: 'avro' as const, schema: format.schema }
      const groups = await inspector.described(files, encoding, signal)
      return groups.map((group) => {
        const byPlace = format.kind === 'orc' && format.byPlace
        const options = { encoding, byPlace, uri: group.files[0]!.uri }
        return decodedFiles(selfDescribedReading(group.fields, columns, used, options), group.files)
      })
    }
    case 'json': {
      const structures = await inspector.json(files, format.ignoreMalformed, signal)
      return jsonGroups(files, structures, foldOf(format)).map((group) => ({
        reading: jsonReading(group.structure, columns, format),
        files: group.files,
      }))
    }
    case 'text': {
      const encoding = lazyEncoding(format, columns)
      if (encoding) return [decodedFiles(textDecodedReading(encoding, columns), files)]
      return [{ reading: textReading(format, columns), files }]
    }
    case 'csv':
      return csvReadings(format, columns, files, parts)
    case 'decoded':
      return [decodedFiles(textDecodedReading(format.encoding, columns), files)]
  }
}

function isUsed(scan: Scan<TableRecord>, column: FileColumn, { used }: ScanParts): boolean {
  const place = scan.columns.findIndex(({ name }) => name === column.name)
  return used.get(scan.id)?.has(place) ?? true
}

/** Files that hold the escape character are decoded; the engine reads the others itself. */
async function csvReadings(
  format: Extract<Format, { kind: 'csv' }>,
  columns: readonly FileColumn[],
  files: readonly LinkedFile[],
  { inspector, signal }: ScanParts,
): Promise<readonly AlikeFiles[]> {
  const escaped = await inspector.holding(files, format.escape, signal)
  const plain = files.filter((file) => !escaped.has(file))
  const alike: AlikeFiles[] = []
  if (plain.length > 0) alike.push({ reading: csvReading(format, columns), files: plain })
  if (escaped.size > 0) {
    const { delimiter, quote, escape, skipLines } = format
    const encoding = { kind: 'csv', separator: delimiter, quote, escape, skipLines } as const
    alike.push(decodedFiles(csvDecodedReading(encoding, columns), [...escaped]))
  }
  return alike
}

function decodedFiles(decoded: DecodedReading, files: readonly LinkedFile[]): AlikeFiles {
  const { reading, encoding, columns } = decoded
  return { reading, files: files.map((file) => decodedFile(file, encoding, columns)) }
}

/** Files that are read in one go: all of them, unless their keys differ in nothing but case. */
function jsonGroups(
  files: readonly LinkedFile[],
  structures: readonly JsonStructure[],
  fold: Fold,
): { structure: JsonStructure; files: LinkedFile[] }[] {
  const merged = structures.reduce<JsonStructure>(mergeStructures, 'NULL')
  if (!hasCaseVariants(merged, fold)) return [{ structure: merged, files: [...files] }]
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
  const path = scan.usesPath || scan.usesHidden ? ', filename = true' : ''
  const values = [...reading.columns]
  const items = scan.columns.map((column, index) => {
    const file = column.partition ? undefined : values.shift()!
    const sql = file ?? castSql(`__k${keys.indexOf(column)}`, { kind: 'varchar' }, column.type, at)
    const known = column.type.kind !== 'unknown'
    return `${known ? sql : unreadableColumn(column.name)} AS c${index}`
  })
  const uris = scan.usesPath ? byFile(files, ({ uri }) => quoteText(uri)) : 'NULL::VARCHAR'
  for (const value of [uris, ...hiddenValues(scan.source, files, scan.usesHidden)]) {
    items.push(`${value} AS c${items.length}`)
  }
  const from = reading.from(fileList(files.map((file) => file.readName)), `${hive}${path}`)
  return `SELECT ${items.join(', ')} FROM ${from}`
}

function unreadableColumn(name: string): string {
  return unreadableSql(
    { kind: 'unknown' },
    `NOT_SUPPORTED: the type of column ${name} is not supported`,
  )
}

function emptySql(scan: Scan<TableRecord>): string {
  const items = scan.columns.map(
    (column, index) => `CAST(NULL AS ${engineType(column.type)}) AS c${index}`,
  )
  for (const value of ['NULL::VARCHAR', ...hiddenValues(scan.source, [], false)]) {
    items.push(`${value} AS c${items.length}`)
  }
  return `SELECT ${items.join(', ')} WHERE false`
}

import {
  type Filter,
  type ManifestCache,
  type PlannedFile,
  dataFolder,
  planScan,
} from '#catalog/tables'
import { type Scan, raiseSql } from '#consumption/sql'
import {
  type ExtraColumn,
  type FileSchemas,
  type TaskFile,
  type TypeForms,
  readFiles,
} from '#processing/iceberg'
import type { Objects } from '#storage/objects'
import type { HotRows } from '../hot-tails.ts'
import { failed } from '../planning/failure.ts'
import { filesMax } from '../planning/files.ts'
import { withHotRows } from './hot-rows.ts'
import { scannedBytesOf } from './scanned-bytes.ts'
import type { IcebergSource } from './source.ts'

export interface IcebergScanParts {
  readonly objects: Objects
  readonly manifests: ManifestCache
  readonly icebergFiles: FileSchemas
  readonly accountId: string
  readonly signal: AbortSignal
  readonly files: TaskFile[]
  readonly held: AsyncDisposableStack
  /** The columns (places) of each scan that the query reads. */
  readonly used: ReadonlyMap<string, ReadonlySet<number>>
  /** What is to be read beside the snapshot. */
  readonly hot?: readonly HotRows[]
  /** Takes the files of each scan, in the order that `$file` counts. */
  readonly planned?: Map<string, readonly PlannedFile[]>
}

/** How SQL has values that Iceberg and the engine have otherwise. */
export const sqlForms: TypeForms = {
  fieldName: (name) => name.toLowerCase(),
  uuidAsText: true,
  // SQL has six digits here: a value with more is an error, never another value.
  nanos: (sql) => {
    const text = 'NOT_SUPPORTED: a timestamp_ns with more than microseconds cannot be read here'
    const ns = `epoch_ns(${sql})`
    return `(CASE WHEN ${ns} % 1000 <> 0 THEN ${failing('TIMESTAMP', text)} ELSE make_timestamp(${ns} // 1000) END)`
  },
}

/** Plans a scan's files and returns the query that gives the table's rows. */
export async function planIcebergScan(
  scan: Scan<IcebergSource>,
  filter: Filter | undefined,
  parts: IcebergScanParts,
): Promise<string> {
  const { metadata, snapshot, schema } = scan.source
  const source = parts.manifests.sourceFor(parts.accountId)
  const plan = await planScan({ metadata, snapshot, source, filter })
  const { files, local } = withHotRows(plan.files, parts.hot ?? [], dataFolder(metadata))
  parts.planned?.set(scan.id, files)
  if (files.length > filesMax) {
    const name = `${scan.database}.${scan.name}`
    throw failed('NOT_SUPPORTED', `the query reads more than ${filesMax} files of table '${name}'`)
  }
  const hidden = scan.usesHidden ? scan.hidden.map(({ name }) => hiddenExtras[name]!) : []
  const first = parts.files.length
  const rows = await readFiles(
    {
      id: scan.id,
      metadata,
      schema,
      files,
      forms: sqlForms,
      ...neededOf(scan, parts),
      extras: [...(scan.usesPath ? (['path'] as const) : []), ...hidden],
      failing,
    },
    { ...parts, schemas: parts.icebergFiles, local },
  )
  noteScanned(scan, files, first, parts)
  const items = scan.columns.map((_, index) => `c${index}`)
  items.push(`${scan.usesPath ? 'path' : 'CAST(NULL AS VARCHAR)'} AS c${items.length}`)
  for (const extra of hidden) items.push(`${extra} AS c${items.length}`)
  return `SELECT ${items.join(', ')} FROM (${rows})`
}

/** What a query of rows alone reads of them: of one that changes rows nothing is told here. */
function neededOf(scan: Scan<IcebergSource>, { used }: IcebergScanParts) {
  const needed = used.get(scan.id)
  return needed ? { needed } : {}
}

/** Notes how much is read of the scan's data files, which stand in `files` from `first` on in their order. */
function noteScanned(
  scan: Scan<IcebergSource>,
  planned: readonly PlannedFile[],
  first: number,
  { files, used }: Pick<IcebergScanParts, 'files' | 'used'>,
): void {
  const places = used.get(scan.id)
  if (!places) return
  for (const [at, each] of planned.entries()) {
    const scannedBytes = scannedBytesOf(each, scan.source.schema, places)
    if (scannedBytes !== undefined) files[first + at] = { ...files[first + at]!, scannedBytes }
  }
}

/** Where a row stands: what statements that change rows ask for by these names. */
export const hiddenExtras: Readonly<Record<string, ExtraColumn>> = {
  $file: 'file',
  $position: 'position',
  $row_id: 'row_id',
}

/** Fails when, and only when, the column is read. */
export function failing(type: string, text: string): string {
  const raised = raiseSql({ kind: 'integer' }, `'${text.replaceAll("'", "''")}'`)
  return `CAST(${raised} AS ${type})`
}

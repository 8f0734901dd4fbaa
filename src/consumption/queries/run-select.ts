import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Filter, IcebergTables, ManifestCache } from '#catalog/tables'
import {
  type Analysis,
  type Expression,
  type Query,
  type Scan,
  analyzeQuery,
  isNarrowOverflow,
  macrosFor,
  narrowDecimals,
} from '#consumption/sql'
import { type LakeError, elapsedMs, isLakeError, uuid } from '#kit'
import type { EngineResult, EngineTask, PrepareStep } from '#processing/engine'
import { type FileSchemas, type TaskFile, inputsOf, taskInputs } from '#processing/iceberg'
import type { Database, Transaction } from '#platform/database'
import type { Objects } from '#storage/objects'
import { engineFailure } from './engine-failure.ts'
import { jsonMacrosFor } from './formats/json.ts'
import type { FileInspector } from './planning/file-inspector.ts'
import { failed } from './planning/failure.ts'
import { type KnownFilters, icebergFilters } from './iceberg/filters.ts'
import { planMetadataScan } from './iceberg/metadata-scan.ts'
import { type IcebergScanParts, planIcebergScan } from './iceberg/scan.ts'
import { type TableSource, isHiveScan, isIcebergScan, isMetadataScan } from './iceberg/source.ts'
import { type ListParts, listScans } from './planning/list-scans.ts'
import { fetchTables } from './planning/lookup.ts'
import { planScan } from './planning/scan-view.ts'
import { usedColumns } from './planning/used-columns.ts'
import { type TextStatement, viewsOf, withRows } from './planning/with-rows.ts'
import type { Execution } from './records.ts'
import { fingerprintOf } from './results/fingerprint.ts'
import { columnInfo } from './results/column-info.ts'
import { inlineBytesMax, resultDigits, resultHeader, resultRows } from './results/result-object.ts'
import type { ResultPlace, WrittenResult } from './results/result-place.ts'

export interface SelectParts extends ListParts {
  readonly tables: IcebergTables
  readonly manifests: ManifestCache
  readonly icebergFiles: FileSchemas
  readonly knownFilters: KnownFilters
  readonly inspector: FileInspector
  /** The workgroup's bound of what one query may read. */
  readonly cutoffBytes?: number
  /** Told once, when it is known what will be read. */
  readonly onPlanned?: (planned: {
    readonly scannedBytes: number
    readonly planningMs: number
  }) => void
}

/** What a query asks before it runs, and tells when it has. */
export interface ReuseParts {
  readonly createdBy: string
  /** An execution that has the rows already. */
  readonly findResult: (fingerprint: string) => Promise<Execution | undefined>
  readonly database: Database
  /** Waited for before the result is made visible. */
  readonly accepted: Promise<unknown>
  /** In the transaction that makes the result visible. */
  readonly onCommit: (
    tx: Transaction,
    result: SelectResult,
    written: WrittenResult,
  ) => Promise<void>
  /** When that is durable. What is left to do is to tidy up. */
  readonly onCommitted: () => void
}

export interface SelectResult {
  readonly columns: Analysis['columns']
  readonly scannedBytes: number
  readonly planningMs: number
  readonly rowCount: number
  /** Names these rows; undefined when the next run may give others. */
  readonly fingerprint: string | undefined
  /** The execution that has them, when nothing was run. */
  readonly reused?: Execution
}

/** A query made ready to run: what EXPLAIN and execution share. */
export async function analyze(
  query: Query,
  parameters: readonly Expression[],
  parts: Pick<SelectParts, 'metastore' | 'tables' | 'engine' | 'context' | 'startMs' | 'signal'>,
): Promise<Analysis> {
  const lookup = await fetchTables({ ...parts, parameters }, query)
  return analyzeQuery(query, { lookup, startMs: parts.startMs, parameters })
}

/** Runs a query and writes its rows as Athena's CSV to their place. */
export async function runSelect(
  query: Query,
  parameters: readonly Expression[],
  place: ResultPlace,
  parts: SelectParts & ReuseParts,
): Promise<SelectResult> {
  const { objects, signal } = parts
  const startedAt = elapsedMs()
  await using held = new AsyncDisposableStack()
  const analysis = await analyze(query, parameters, parts)
  const files: TaskFile[] = []
  try {
    const views = await planScans(analysis, files, held, parts)
    const outputFile = join(objects.temporaryFolder, `result-${uuid()}`)
    const planningMs = elapsedMs() - startedAt
    const scannedBytes = sizeOf(files)
    let isInline = false
    held.defer(async () => {
      if (!isInline) await rm(outputFile, { force: true })
    })
    const query = queryTask(views, files, resultRows(analysis))
    const csv = { header: resultHeader(analysis), digits: resultDigits(analysis) }
    const task = { ...query, csv, outputFile, inlineBytesMax }
    const { columns } = analysis
    const planned = { ...views, columns }
    const fingerprint = fingerprintOf(analysis.sql, planned, files, parts.createdBy)
    const reused = fingerprint && (await parts.findResult(fingerprint))
    if (reused) {
      const rowCount = reused.statistics?.outputRows ?? 0
      return { columns, scannedBytes: 0, planningMs, rowCount, fingerprint, reused }
    }
    parts.onPlanned?.({ scannedBytes, planningMs })
    const { rows, output, outputDigest } = await runQuick(task, analysis.sql, parts)
    isInline = output !== undefined
    const rowCount = Number(rows[0]?.[0] ?? 0)
    const result = { columns, scannedBytes, planningMs, rowCount, fingerprint }
    const source =
      output === undefined
        ? { path: outputFile, digest: outputDigest }
        : { bytes: Buffer.from(output) }
    const kind = {
      contentType: 'application/octet-stream',
      columns: columns.map((column) => columnInfo(column.name, column.type)),
    }
    await parts.accepted
    await place.write(source, kind, (tx, written) => {
      signal.throwIfAborted()
      return parts.onCommit(tx, result, written)
    })
    parts.onCommitted()
    return result
  } catch (error) {
    throw isLakeError(error) ? engineFailure(error as LakeError, files) : error
  }
}

/** Runs a query's task with decimals in 64 bits, and again with all their digits when those were too few. */
async function runQuick(
  task: EngineTask,
  sql: string,
  { engine, signal }: Pick<SelectParts, 'engine' | 'signal'>,
): Promise<EngineResult> {
  const macros = narrowDecimals(task.macros ?? [], sql)
  if (!macros) return engine.run(task, signal)
  try {
    return await engine.run({ ...task, macros }, signal)
  } catch (error) {
    if (!isLakeError(error, 'QueryFailed')) throw error
    if (!isNarrowOverflow(error.message)) throw error
    return engine.run(task, signal)
  }
}

/** What a query's scans are read from: steps that prepare files, and by its id the rows of each scan, as a query. */
export interface PlannedScans {
  readonly prepare: readonly PrepareStep[]
  readonly rows: ReadonlyMap<string, string>
  /** What each scan reads, by its id. */
  readonly filesOf: ReadonlyMap<string, readonly TaskFile[]>
}

/** Makes a query's tables ready. Its files are noted in `files`, and freed by `held`. */
export async function planScans(
  analysis: Analysis,
  files: TaskFile[],
  held: AsyncDisposableStack,
  parts: SelectParts &
    Pick<IcebergScanParts, 'planned'> & {
      /** What is asked of each Iceberg scan, where it is known. */
      readonly limits?: ReadonlyMap<string, Filter>
    },
): Promise<PlannedScans> {
  const prepare: PrepareStep[] = []
  const rows = new Map<string, string>()
  const { accountId } = parts.context
  const paths = new Map<string, Pick<TaskFile, 'path' | 'isKept'>>()
  const scanParts = { ...parts, accountId, files, held, paths, used: usedColumns(analysis.sql) }
  const limits = parts.limits ?? (await icebergFilters(analysis, parts))
  const scans = analysis.scans as readonly Scan<TableSource>[]
  const filesOf = new Map<string, readonly TaskFile[]>()
  const noting = async <T>(scan: Scan, plan: () => Promise<T>): Promise<T> => {
    const before = files.length
    const planned = await plan()
    filesOf.set(scan.id, files.slice(before))
    return planned
  }
  for (const scan of scans.filter(isMetadataScan)) {
    rows.set(scan.id, await noting(scan, () => planMetadataScan(scan, scanParts)))
  }
  const kinds = { hive: scans.filter(isHiveScan), iceberg: scans.filter(isIcebergScan) }
  const { hive, iceberg } = await listScans(kinds, held, parts)
  for (const { scan, hot } of iceberg) {
    const plan = () => planIcebergScan(scan, limits.get(scan.id), { ...scanParts, hot })
    rows.set(scan.id, await noting(scan, plan))
  }
  prepare.push(...taskInputs(files).prepare)
  for (const { scan, files: listed } of hive) {
    const planned = await noting(scan, () => planScan(scan, listed, scanParts))
    prepare.push(...planned.prepare)
    rows.set(scan.id, planned.rows)
  }
  if (parts.cutoffBytes !== undefined && sizeOf(files) > parts.cutoffBytes) {
    throw failed('EXCEEDED_SCAN_LIMIT', 'Bytes scanned limit was exceeded')
  }
  return { prepare, rows, filesOf }
}

/** What a query reads, in bytes: of Parquet the columns that it names. */
export function sizeOf(files: readonly TaskFile[]): number {
  return files.reduce((sum, each) => sum + (each.scannedBytes ?? each.sizeBytes), 0)
}

/** A folder for what the engine writes, on the object store's disk; it goes with `held`. */
export async function makeOutputFolder(
  objects: Objects,
  held: AsyncDisposableStack,
): Promise<string> {
  const folder = join(objects.temporaryFolder, `query-${uuid()}`)
  await mkdir(folder, { mode: 0o700 })
  held.defer(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The engine's task that runs one query, its scans' rows written into it. */
export function queryTask(
  { prepare, rows }: PlannedScans,
  files: readonly TaskFile[],
  query: TextStatement,
): EngineTask {
  const everything = [...rows.values(), query.sql].join('\n')
  return {
    inputs: inputsOf(files),
    prepare,
    macros: [...macrosFor(everything), ...jsonMacrosFor(everything)],
    statements: withRows(query, rows),
  }
}

/** The engine's task that copies a query's rows to files: its scans are the views `lake.<id>`. */
export function copyTask(
  { prepare, rows }: PlannedScans,
  files: readonly TaskFile[],
  outputFolder: string,
  copy: string | TextStatement,
): EngineTask {
  const statement = typeof copy === 'string' ? { sql: copy } : copy
  const views = viewsOf(rows)
  const everything = [...views, statement.sql].join('\n')
  return {
    inputs: inputsOf(files),
    prepare,
    outputFolder,
    statements: [...macrosFor(everything), ...jsonMacrosFor(everything), ...views, statement],
  }
}

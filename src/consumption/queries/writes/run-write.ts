import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import {
  type Analysis,
  type Expression,
  type WriteStatement,
  quoteName,
  quoteText,
  textSql,
} from '#consumption/sql'
import { type LakeError, elapsedMs, inParallel, isLakeError, unreachable, uuid } from '#kit'
import type { Database, Transaction } from '#platform/database'
import type { TaskFile } from '#processing/iceberg'
import type { EncryptionRequest, StageTarget, StagedBlob } from '#storage/objects'
import { engineFailure } from '../engine-failure.ts'
import { failed } from '../planning/failure.ts'
import { parseLocation } from '../planning/location.ts'
import { hiveDefaultPartition } from '../planning/partitions.ts'
import {
  type SelectParts,
  analyze,
  copyTask,
  makeOutputFolder,
  planScans,
  sizeOf,
} from '../run-select.ts'
import { checkIcebergWrite, runIcebergWrite } from '../iceberg/writes/run-iceberg-write.ts'
import { bucketFileName, bucketSql } from './buckets.ts'
import { createTableTarget } from './create-table-as.ts'
import { copyOptions, encodingOf, rowItems, suffixOf } from './file-format.ts'
import { insertTarget } from './insert.ts'
import { type WriteTarget, partitionsMax, stagedAtOnce } from './target.ts'
import { unloadTarget } from './unload.ts'

export interface WriteParts extends SelectParts {
  readonly database: Database
  readonly createdBy: string
  /** Of the execution; in the names of its files. */
  readonly id: string
  /** How files are encrypted, other than their bucket has it. */
  readonly resultEncryption?: EncryptionRequest
  /** What GetQueryExecution tells: the manifest's name begins so, and a new table lies there. Undefined where the service keeps results. */
  readonly outputLocation: string | undefined
  /** True when the workgroup decides where results go. */
  readonly locationEnforced: boolean
  /** Called in the transaction that makes the rows visible. */
  readonly onCommit: (tx: Transaction, result: WriteResult) => Promise<void>
}

export interface WriteResult {
  /** Undefined when nothing was to be written. */
  readonly manifestLocation: string | undefined
  readonly scannedBytes: number
  readonly planningMs: number
  readonly rowCount: number
}

interface WrittenFile {
  readonly path: string
  readonly partition: readonly string[]
  readonly bucket?: number
}

interface StagedFile extends StageTarget {
  readonly blob: StagedBlob
}

/**
 * Runs a statement that writes. Files are staged first; then one transaction names them, tells the
 * catalog, and ends the execution: before it nothing is visible, after it everything is.
 */
export async function runWrite(
  statement: WriteStatement,
  parameters: readonly Expression[],
  parts: WriteParts,
): Promise<WriteResult> {
  const startedAt = elapsedMs()
  await using held = new AsyncDisposableStack()
  const files: TaskFile[] = []
  try {
    const analysis = await analyze(statement.query, parameters, parts)
    const iceberg = await runIcebergWrite(statement, analysis, files, parts)
    if (iceberg) return iceberg
    const target = await targetOf(statement, analysis, parts)
    const nothing = { manifestLocation: undefined, scannedBytes: 0, rowCount: 0 }
    const planningMs = () => Math.round(elapsedMs() - startedAt)
    if (!target) return { ...nothing, planningMs: planningMs() }
    if (statement.kind === 'createTableAs' && !statement.withData) {
      return await publish(target, [], [], { ...nothing, planningMs: planningMs() }, parts)
    }
    const views = await planScans(analysis, files, held, parts)
    const folder = await makeOutputFolder(parts.objects, held)
    const planned = planningMs()
    const sql = copySql(analysis, target, join(folder, dataName(target)))
    const task = { ...copyTask(views, files, folder, sql), encode: encodingOf(target.format) }
    const run = await parts.engine.run(task, parts.signal)
    const rowCount = Number(run.rows[0]?.[0] ?? 0)
    const written = rowCount === 0 ? [] : await filesOf(folder, target)
    const { outputLocation } = parts
    const manifestLocation = outputLocation && `${outputLocation}-manifest.csv`
    const result = { manifestLocation, scannedBytes: sizeOf(files), rowCount, planningMs: planned }
    return await stageAndPublish(target, written, result, parts)
  } catch (error) {
    throw isLakeError(error) ? engineFailure(error as LakeError, files) : error
  }
}

/** Refuses what a statement would be refused for before its rows are read. */
export async function checkWrite(
  statement: WriteStatement,
  analysis: Analysis,
  parts: WriteParts,
): Promise<void> {
  if (await checkIcebergWrite(statement, analysis, parts)) return
  await targetOf(statement, analysis, parts)
}

function targetOf(
  statement: WriteStatement,
  analysis: Analysis,
  parts: WriteParts,
): Promise<WriteTarget | undefined> {
  switch (statement.kind) {
    case 'createTableAs':
      return createTableTarget(statement, analysis, parts)
    case 'insert':
      return insertTarget(statement, analysis, parts)
    case 'unload':
      return unloadTarget(statement, analysis, parts)
    default:
      return unreachable(statement)
  }
}

/** One file, or a folder for each partition: the keys stand in columns of our own, as text. */
function copySql(analysis: Analysis, target: WriteTarget, path: string): string {
  const names = keyNames(target)
  const keys = target.keys.map(({ sql, type }, index) => {
    const value = `nullif(${textSql(sql, type)}, '')`
    return `coalesce(${value}, ${quoteText(hiveDefaultPartition)}) AS ${quoteName(names[index]!)}`
  })
  const bucket = target.buckets
    ? [`${bucketSql(target.buckets)} AS ${quoteName(names.at(-1)!)}`]
    : []
  const items = [...rowItems(target.format, target.columns), ...keys, ...bucket].join(', ')
  const by = names.length > 0 ? `, PARTITION_BY (${names.map(quoteName).join(', ')})` : ''
  return `COPY (SELECT ${items} FROM (${analysis.sql}) AS q)
    TO ${quoteText(path)} (${copyOptions(target.format)}${by})`
}

/** One file, or a folder of files; what becomes a file of another format needs an ending that says what it is. */
function dataName(target: WriteTarget): string {
  return encodingOf(target.format) && !isParted(target) ? 'data.parquet' : 'data'
}

function isParted({ keys, buckets }: WriteTarget): boolean {
  return keys.length > 0 || buckets !== undefined
}

/** Names that no column of the files has: of the keys, and of the bucket after them. */
function keyNames(target: WriteTarget): readonly string[] {
  let prefix = '__key'
  while (target.columns.some(({ name }) => name.toLowerCase().startsWith(prefix))) prefix += '_'
  const count = target.keys.length + (target.buckets ? 1 : 0)
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`)
}

/** The files that the engine has written, with the partition that each one's folders name. */
async function filesOf(folder: string, target: WriteTarget): Promise<readonly WrittenFile[]> {
  const name = dataName(target)
  const root = join(folder, name)
  if (!isParted(target)) {
    return [{ path: join(folder, name.replace(/parquet$/, target.format.kind)), partition: [] }]
  }
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const folders = relative(root, entry.parentPath).split('/')
      const values = folders.map((each) => decodeURIComponent(each.slice(each.indexOf('=') + 1)))
      const bucket = target.buckets ? { bucket: Number(values.pop()) } : {}
      return { path: join(entry.parentPath, entry.name), partition: values, ...bucket }
    })
  const writers = new Set(files.map((file) => JSON.stringify([file.partition, file.bucket])))
  if (writers.size > partitionsMax) {
    throw failed(
      'HIVE_TOO_MANY_OPEN_PARTITIONS',
      `Exceeded limit of ${partitionsMax} open writers for partitions/buckets`,
    )
  }
  return files
}

async function stageAndPublish(
  target: WriteTarget,
  written: readonly WrittenFile[],
  result: WriteResult,
  parts: WriteParts,
): Promise<WriteResult> {
  const { objects, context, signal } = parts
  const encryption = parts.resultEncryption ? { encryption: parts.resultEncryption } : {}
  const distinct = new Map(written.map((file) => [JSON.stringify(file.partition), file.partition]))
  const partitions = target.keys.length === 0 ? [] : [...distinct.values()]
  const places = await target.locate(partitions)
  const order = new Map([...distinct.keys()].map((key, index) => [key, index]))
  const staged: StagedFile[] = []
  let isCommitting = false
  try {
    const stage = async ({ path, partition, bucket: number }: WrittenFile): Promise<StagedFile> => {
      const { bucket, prefix } = places[order.get(JSON.stringify(partition))!]!
      const id = `${parts.id}_${uuid()}`
      const name = number === undefined ? id : bucketFileName(number, id)
      const key = `${prefix}${name}${suffixOf(target.format)}`
      const to = { accountId: context.accountId, bucket, key }
      const file = { ...to, blob: await objects.stageFile(path, { ...to, ...encryption }) }
      staged.push(file)
      return file
    }
    const files = await inParallel(written, stagedAtOnce, stage)
    const manifest = parseLocation(result.manifestLocation)
    if (manifest) {
      const lines = files.map(({ bucket, key }) => `s3://${bucket}/${key}\n`).join('')
      const key = manifest.prefix.replace(/\/$/, '')
      const to = { accountId: context.accountId, bucket: manifest.bucket, key }
      const blob = await objects.stage(Buffer.from(lines), { ...to, ...encryption })
      staged.push({ ...to, blob })
    }
    signal.throwIfAborted()
    isCommitting = true
    return await publish(target, partitions, staged, result, parts)
  } catch (error) {
    // When the database itself failed nobody knows whether it committed: then the object store's sweep decides.
    const isUnknown = isCommitting && !(isLakeError(error) && error.kind !== 'internal')
    if (isUnknown) throw error
    await Promise.allSettled(staged.map(({ blob }) => objects.discard(blob)))
    throw error
  }
}

async function publish(
  target: WriteTarget,
  partitions: readonly (readonly string[])[],
  staged: readonly StagedFile[],
  result: WriteResult,
  { database, objects, onCommit }: WriteParts,
): Promise<WriteResult> {
  await database.transaction(async (tx) => {
    for (const { blob, ...to } of staged) {
      await objects.publish(tx, { ...to, blob, contentType: 'application/octet-stream' })
    }
    await target.record?.(tx, partitions)
    await onCommit(tx, result)
  })
  return result
}

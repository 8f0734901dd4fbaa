import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Metastore, PartitionInput, TableRecord } from '#catalog/metastore'
import type { StreamLog } from '#ingestion/streams'
import { isLakeError, type Clock, type Logger } from '#kit'
import type { Database, Transaction } from '#platform/database'
import type { QueryEngine } from '#processing/engine'
import type { Objects, StagedBlob } from '#storage/objects'
import { recordsOf, type Batch } from './batch.ts'
import { moveCheckpoints } from './checkpoints.ts'
import { compress } from './compression.ts'
import {
  columnsOf,
  convert,
  loadTable,
  type BadRecord,
  type Converted,
} from './conversion/index.ts'
import { tellTrouble, type ErrorLogStore } from './error-log.ts'
import { errorLine } from './error-records.ts'
import { keysOf } from './naming.ts'
import { partitionOf } from './partitions.ts'

export interface FlushParts {
  readonly database: Database
  readonly log: StreamLog
  readonly objects: Objects
  readonly metastore: Metastore
  readonly engine: QueryEngine
  readonly logs: ErrorLogStore
  readonly clock: Clock
  readonly logger: Logger
  /** Only for tests: called when the files are staged and nothing is committed. */
  readonly onStaged?: () => Promise<void> | void
}

interface StagedObject {
  readonly key: string
  readonly blob: StagedBlob
  readonly contentType: string
}

interface Staged {
  readonly objects: readonly StagedObject[]
  readonly partition?: { readonly table: TableRecord; readonly input: PartitionInput }
  readonly bad: ReadonlyMap<number, BadRecord>
}

/**
 * Delivers a batch: first its files, then, in one transaction, their names, the partition they begin and the checkpoints behind
 * it. Whatever happens in between, the batch is delivered once or not at all. Returns how many records went to the error prefix.
 */
export async function flush(parts: FlushParts, batch: Batch, signal: AbortSignal): Promise<number> {
  const { accountId } = batch.stream
  // Before the work, because a bucket that is not there is the usual trouble.
  await parts.objects.list({ accountId, bucket: batch.target.bucket, prefix: '', limit: 1 })
  const staged = await stage(parts, batch, signal)
  try {
    await parts.onStaged?.()
    signal.throwIfAborted()
    await parts.database.transaction((tx) => commit(parts, tx, batch, staged))
  } catch (error) {
    // When the database itself failed the commit may be on the disk: then the files stay for the sweep.
    if (isLakeError(error) && error.kind !== 'internal') {
      await Promise.all(staged.objects.map(({ blob }) => parts.objects.discard(blob)))
    }
    throw error
  }
  await tellTrouble(parts, batch.stream, batch.target, firstOfEach(staged.bad))
  return staged.bad.size
}

async function commit(
  parts: FlushParts,
  tx: Transaction,
  batch: Batch,
  staged: Staged,
): Promise<void> {
  const { accountId } = batch.stream
  const { bucket } = batch.target
  await moveCheckpoints(tx, batch)
  for (const { key, blob, contentType } of staged.objects) {
    await parts.objects.publish(tx, { accountId, bucket, key, blob, contentType })
  }
  if (staged.partition) {
    const { table, input } = staged.partition
    const region = batch.target.conversion!.region
    const ref = { accountId, region, database: table.database, table: table.name }
    await parts.metastore.addPartitions(ref, [input], tx)
  }
}

function stage(parts: FlushParts, batch: Batch, signal: AbortSignal): Promise<Staged> {
  return batch.target.conversion
    ? stageConverted(parts, batch, signal)
    : stageAsIs(parts, batch, signal)
}

function targetOf(batch: Batch, key: string) {
  return { accountId: batch.stream.accountId, bucket: batch.target.bucket, key }
}

async function stageAsIs(parts: FlushParts, batch: Batch, signal: AbortSignal): Promise<Staged> {
  const { target } = batch
  const key = keysOf(batch).data
  const delimiter = target.delimiter === undefined ? undefined : Buffer.from(target.delimiter)
  const bytes = async function* () {
    for await (const page of recordsOf(parts.log, batch, signal)) {
      const pieces = page.map(({ data }) => data)
      yield Buffer.concat(delimiter ? pieces.flatMap((data) => [data, delimiter]) : pieces)
    }
  }
  const name = key.slice(key.lastIndexOf('/') + 1).replace(/\.zip$/, '')
  const blob = await parts.objects.stage(
    compress(bytes(), target.compression, name),
    targetOf(batch, key),
  )
  return {
    objects: [{ key, blob, contentType: 'application/octet-stream' }],
    bad: new Map(),
  }
}

async function stageConverted(
  parts: FlushParts,
  batch: Batch,
  signal: AbortSignal,
): Promise<Staged> {
  const conversion = batch.target.conversion!
  const table = await loadTable(parts.metastore, batch.stream, conversion)
  const folder = await mkdtemp(join(parts.objects.temporaryFolder, 'delivery-'))
  try {
    const { path, bad } = await convertAll(parts, batch, table, folder, signal)
    const keys = keysOf(batch)
    const objects: StagedObject[] = []
    if (path !== undefined) {
      const blob = await parts.objects.stageFile(path, targetOf(batch, keys.data))
      objects.push({ key: keys.data, blob, contentType: 'application/octet-stream' })
    }
    if (bad.size > 0) {
      const key = keys.error('format-conversion-failed')
      const blob = await parts.objects.stage(
        errorLines(parts, batch, bad, signal),
        targetOf(batch, key),
      )
      objects.push({ key, blob, contentType: 'application/octet-stream' })
    }
    const input =
      conversion.addPartitions && path !== undefined
        ? partitionOf(table, batch.target.bucket, keys.data)
        : undefined
    return { objects, bad, ...(input ? { partition: { table, input } } : {}) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A table that cannot be followed makes every record a bad one: nothing is lost, and nothing waits. */
async function convertAll(
  parts: FlushParts,
  batch: Batch,
  table: TableRecord,
  folder: string,
  signal: AbortSignal,
): Promise<Pick<Converted, 'path' | 'bad'>> {
  try {
    return await convert({
      records: () => recordsOf(parts.log, batch, signal),
      columns: columnsOf(table),
      conversion: batch.target.conversion!,
      engine: parts.engine,
      folder,
      signal,
    })
  } catch (error) {
    if (!isLakeError(error, 'DeliverySchemaInvalid')) throw error
    const reason: BadRecord = {
      code: 'DataFormatConversion.InvalidSchema',
      message: error.message,
    }
    const bad = new Map<number, BadRecord>()
    for await (const page of recordsOf(parts.log, batch, signal)) {
      for (let count = page.length; count > 0; count -= 1) bad.set(bad.size, reason)
    }
    return { path: undefined, bad }
  }
}

async function* errorLines(
  parts: FlushParts,
  batch: Batch,
  bad: ReadonlyMap<number, BadRecord>,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  let index = 0
  const nowMs = parts.clock.now()
  for await (const page of recordsOf(parts.log, batch, signal)) {
    const lines: string[] = []
    for (const record of page) {
      const reason = bad.get(index)
      if (reason) lines.push(errorLine(batch, record, reason, nowMs))
      index += 1
    }
    if (lines.length > 0) yield Buffer.from(lines.join(''))
  }
}

function firstOfEach(bad: ReadonlyMap<number, BadRecord>): readonly BadRecord[] {
  const found = new Map<string, BadRecord>()
  for (const record of bad.values()) {
    if (!found.has(record.code)) found.set(record.code, record)
  }
  return [...found.values()]
}

import type { Metastore, TableRecord } from '#catalog/metastore'
import type { Scan } from '#consumption/sql'
import type { QueryEngine } from '#processing/engine'
import type { Objects } from '#storage/objects'
import { type HotTable, type HotTails, hotTailProperty } from '../hot-tails.ts'
import { type PlannedFile, filesOf } from './files.ts'
import { addTail } from './hot-files.ts'
import { parseLocation } from './location.ts'
import type { QueryContext } from './lookup.ts'
import { type PlannedPartition, partitionsOf } from './partitions.ts'
import { projectedPartitions } from './projection.ts'

export interface ListParts {
  readonly metastore: Metastore
  readonly objects: Objects
  readonly engine: QueryEngine
  readonly context: QueryContext
  readonly startMs: number
  readonly signal: AbortSignal
  readonly tails?: HotTails
  /** Only for tests: called when a cut is begun and nothing is listed. */
  readonly onCut?: () => Promise<void> | void
}

/** A scan with its partitions and files. */
export interface ListedScan {
  readonly scan: Scan<TableRecord>
  /** Undefined for a table without partition keys. */
  readonly partitions: readonly PlannedPartition[] | undefined
  readonly files: readonly PlannedFile[]
}

/** Cuts that are tried while deliveries go on; after that they wait for the listing. */
const freeAttempts = 3

/**
 * Lists what a query's scans read: their tables' files, and the hot tails of those that deliveries feed, all under one
 * cut. Whatever of the tail is needed stays until `held` is disposed of.
 */
export async function listScans(
  scans: readonly Scan<TableRecord>[],
  held: AsyncDisposableStack,
  parts: ListParts,
): Promise<readonly ListedScan[]> {
  const { tails } = parts
  const tables = tails ? hotTables(scans, parts.context) : []
  if (!tails || tables.length === 0) return listFiles(scans, parts)
  for (let attempt = 0; ; attempt += 1) {
    const cut = await tails.cut(tables, { exclusive: attempt >= freeAttempts })
    if (!cut) return listFiles(scans, parts)
    await using unless = new AsyncDisposableStack()
    unless.use(cut)
    await parts.onCut?.()
    const listed = await listFiles(scans, parts)
    if (!(await cut.settle())) continue
    const objects = await cut.objects(parts.signal)
    held.use(unless.move())
    return Promise.all(listed.map((each) => addTail(each, objects, parts)))
  }
}

async function listFiles(
  scans: readonly Scan<TableRecord>[],
  parts: ListParts,
): Promise<readonly ListedScan[]> {
  const listed: ListedScan[] = []
  for (const scan of scans) {
    const partitions = await partitionsFor(scan, parts)
    const { accountId } = parts.context
    const files = await filesOf(scan.source, partitions, parts.objects, accountId, parts.signal)
    listed.push({ scan, partitions, files })
  }
  return listed
}

async function partitionsFor(scan: Scan<TableRecord>, parts: ListParts) {
  if ((scan.source.partitionKeys ?? []).length === 0) return undefined
  return (await projectedPartitions(scan, parts)) ?? (await partitionsOf(scan, parts))
}

function hotTables(
  scans: readonly Scan<TableRecord>[],
  { accountId, region }: QueryContext,
): readonly HotTable[] {
  return scans.flatMap(({ source }) => {
    const location = parseLocation(source.storage?.location)
    const isOff = source.parameters?.[hotTailProperty]?.toLowerCase() === 'false'
    if (!location || isOff) return []
    return [{ accountId, region, database: source.database, table: source.name, ...location }]
  })
}

import type { TableRecord } from '#catalog/metastore'
import type { QueryCatalog } from '../rights/guarded-catalog.ts'
import { type QueryRights, filesArn, requireRight } from '../rights/query-rights.ts'
import { type IcebergTables, type TableMetadata, dataFolder } from '#catalog/tables'
import type { Scan } from '#consumption/sql'
import type { QueryEngine } from '#processing/engine'
import type { Objects } from '#storage/objects'
import { type HotRows, type HotTable, type HotTails, isHotTailOff } from '../hot-tails.ts'
import { type IcebergSource, icebergSource } from '../iceberg/source.ts'
import { failed } from './failure.ts'
import { type PlannedFile, filesOf } from './files.ts'
import { addTail } from './hot-files.ts'
import { parseLocation } from './location.ts'
import type { QueryContext } from './lookup.ts'
import { type PlannedPartition, partitionsOf } from './partitions.ts'
import { projectedPartitions } from './projection.ts'

export interface ListParts {
  readonly metastore: QueryCatalog
  readonly tables: Pick<IcebergTables, 'load'>
  readonly objects: Objects
  readonly engine: QueryEngine
  readonly context: QueryContext
  readonly startMs: number
  readonly signal: AbortSignal
  readonly tails?: HotTails
  /** Undefined for the lake itself. */
  readonly rights?: QueryRights
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

/** An Iceberg scan, with what is to be read beside its snapshot. */
export interface HotIcebergScan {
  readonly scan: Scan<IcebergSource>
  readonly hot: readonly HotRows[]
}

export interface ListedScans {
  readonly hive: readonly ListedScan[]
  readonly iceberg: readonly HotIcebergScan[]
}

interface AllScans {
  readonly hive: readonly Scan<TableRecord>[]
  readonly iceberg: readonly Scan<IcebergSource>[]
}

/**
 * Lists what a query's scans read: their tables' files, the snapshots of Iceberg tables, and the hot tails of those that deliveries feed, all under one
 * cut. Whatever of the tail is needed stays until `held` is disposed of.
 */
export async function listScans(
  scans: AllScans,
  held: AsyncDisposableStack,
  parts: ListParts,
): Promise<ListedScans> {
  const { tails } = parts
  const tables = tails ? hotTables(scans, parts.context) : []
  const listed = async (): Promise<ListedScans> => ({
    hive: await listFiles(scans.hive, parts),
    iceberg: scans.iceberg.map((scan) => ({ scan, hot: [] })),
  })
  if (!tails || tables.length === 0) return listed()
  for (let attempt = 0; ; attempt += 1) {
    const cut = await tails.cut(tables, { exclusive: attempt >= freeAttempts })
    if (!cut) {
      // What was delivered since the tables were looked up is in their snapshots of now.
      const fresh = await Promise.all(scans.iceberg.map((scan) => refreshed(scan, parts)))
      return { ...(await listed()), iceberg: fresh.map((scan) => ({ scan, hot: [] })) }
    }
    await using unless = new AsyncDisposableStack()
    unless.use(cut)
    await parts.onCut?.()
    const hive = await listFiles(scans.hive, parts)
    const fresh = await Promise.all(scans.iceberg.map((scan) => refreshed(scan, parts)))
    if (!(await cut.settle())) continue
    const { objects, rows } = await cut.read(parts.signal)
    held.use(unless.move())
    await requireHotRows(fresh, rows, parts)
    return {
      hive: await Promise.all(hive.map((each) => addTail(each, objects, parts))),
      iceberg: fresh.map((scan) => ({ scan, hot: rows.filter((each) => isOf(each, scan, parts)) })),
    }
  }
}

/** Rows that wait have no object yet: they are as those that the table keeps. */
async function requireHotRows(
  scans: readonly Scan<IcebergSource>[],
  rows: readonly HotRows[],
  parts: ListParts,
): Promise<void> {
  const { rights } = parts
  if (!rights) return
  for (const scan of scans) {
    if (!rows.some((each) => isOf(each, scan, parts))) continue
    await requireRight(rights, 's3:GetObject', filesArn(dataFolder(scan.source.metadata)))
  }
}

function isOf(rows: HotRows, scan: Scan<IcebergSource>, { context }: ListParts): boolean {
  return (
    isHot(scan) &&
    rows.region === context.region &&
    rows.database === scan.source.record.database &&
    rows.table === scan.source.record.name
  )
}

/** The table as it is now, when the query asks for that. Its schema must be the one that the query was analysed with. */
async function refreshed(
  scan: Scan<IcebergSource>,
  parts: ListParts,
): Promise<Scan<IcebergSource>> {
  const { record, metadata } = scan.source
  if (!isHot(scan)) return scan
  const { accountId, region } = parts.context
  const ref = { accountId, region, database: record.database, table: record.name }
  const source = icebergSource(await parts.tables.load(ref))
  if (identityOf(source.metadata) === identityOf(metadata)) return { ...scan, source }
  throw failed(
    'TRANSACTION_CONFLICT',
    `The table ${record.database}.${record.name} was changed while the query was planned`,
  )
}

/** What a change of rows leaves as it is. */
function identityOf(metadata: TableMetadata): string {
  return [
    metadata['table-uuid'],
    metadata['current-schema-id'],
    metadata['default-spec-id'],
    metadata['format-version'],
  ].join('/')
}

/** Statements that change rows need rows that have a place. */
function isHot({ source, usesHidden }: Scan<IcebergSource>): boolean {
  const isOff = isHotTailOff(source.record.parameters) || isHotTailOff(source.metadata.properties)
  return source.isCurrent && !usesHidden && !isOff
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

/** Writes an Iceberg table's tail to its files, so that a statement finds each row at a place. */
export async function flushTail(
  source: IcebergSource,
  { tails, context, signal }: Pick<ListParts, 'tails' | 'context' | 'signal'>,
): Promise<void> {
  const { record, metadata } = source
  if (isHotTailOff(record.parameters) || isHotTailOff(metadata.properties)) return
  await tails?.flush([hotTable(source, context)], signal)
}

function hotTable(
  { record, metadata }: IcebergSource,
  { accountId, region }: QueryContext,
): HotTable {
  return {
    accountId,
    region,
    database: record.database,
    table: record.name,
    bucket: '',
    prefix: '',
    iceberg: identityOf(metadata),
  }
}

function hotTables(scans: AllScans, context: QueryContext): readonly HotTable[] {
  const { accountId, region } = context
  const hive = scans.hive.flatMap(({ source }) => {
    const location = parseLocation(source.storage?.location)
    if (!location || isHotTailOff(source.parameters)) return []
    return [{ accountId, region, database: source.database, table: source.name, ...location }]
  })
  const iceberg = scans.iceberg.filter(isHot).map(({ source }) => hotTable(source, context))
  return [...hive, ...iceberg]
}

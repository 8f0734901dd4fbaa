import {
  chooseSnapshot,
  currentSchema,
  parseFilter,
  planScan,
  type ContentFile,
  type NewFile,
  type ScanPlan,
  type SnapshotChange,
  type SnapshotInput,
} from '#catalog/tables'
import type { TableRef } from '#catalog/metastore'
import { accountId, readerOf, region, type OpenTables } from './open-tables.ts'

export interface TestTable {
  readonly ref: TableRef
  readonly location: string
}

const schema = {
  type: 'struct',
  fields: [
    { id: 1, name: 'id', required: true, type: 'long' },
    { id: 2, name: 'part', required: false, type: 'string' },
  ],
}

/** A spec by the column `part`. */
export const byPart = {
  fields: [{ 'source-id': 2, 'field-id': 1000, name: 'part', transform: 'identity' }],
}

let number = 0
let fileNumber = 0

/** A new table of the columns `id` and `part`. */
export async function makeTable(
  lake: OpenTables,
  properties: Readonly<Record<string, string>> = {},
  partitionSpec?: unknown,
): Promise<TestTable> {
  const name = `t${++number}`
  const ref = { accountId, region, database: 'db' }
  const input = { name, schema, properties, partitionSpec }
  const { metadata } = await lake.tables.create(ref, input, 'tester')
  return { ref: { ...ref, table: name }, location: metadata.location }
}

/** A file with ids from the first to the last; nobody reads its bytes. */
export async function newFile(
  lake: OpenTables,
  table: TestTable,
  [first, last]: readonly [number, number],
  more: Partial<NewFile> = {},
): Promise<NewFile> {
  const location = more.location ?? `${table.location}/data/f${++fileNumber}.parquet`
  const key = location.slice('s3://lake/'.length)
  const bytes = Buffer.from(`rows ${fileNumber}`)
  const blob = await lake.objects.stage(bytes, { accountId, bucket: 'lake', key })
  return {
    location,
    blob,
    specId: 0,
    partition: [],
    recordCount: last - first + 1,
    sizeBytes: blob.sizeBytes,
    metrics: {
      valueCounts: new Map([[1, last - first + 1]]),
      nullCounts: new Map([[1, 0]]),
      lowerBounds: new Map([[1, BigInt(first)]]),
      upperBounds: new Map([[1, BigInt(last)]]),
    },
    ...more,
  }
}

export function changeTable(
  lake: OpenTables,
  table: TestTable,
  what: SnapshotChange,
  options: Omit<SnapshotInput, 'change'> = {},
): ReturnType<OpenTables['tables']['changeSnapshot']> {
  return lake.tables.changeSnapshot(table.ref, { change: what, ...options }, 'tester')
}

/** Appends one file for each range. */
export async function appendTo(
  lake: OpenTables,
  table: TestTable,
  ...ranges: readonly (readonly [number, number])[]
): Promise<readonly NewFile[]> {
  const added = await Promise.all(ranges.map((range) => newFile(lake, table, range)))
  await changeTable(lake, table, { kind: 'append', added })
  return added
}

/** A plan made by a reader who knows nothing of what was written but what lies there. */
export async function planTable(
  lake: OpenTables,
  table: TestTable,
  filter?: unknown,
  ref = 'main',
): Promise<ScanPlan> {
  const reader = readerOf(lake)
  const { metadata } = await reader.tables.load(table.ref)
  return planScan({
    metadata,
    snapshot: chooseSnapshot(metadata, { ref }),
    source: reader.manifests.sourceFor(accountId),
    ...(filter === undefined ? {} : { filter: parseFilter(filter, currentSchema(metadata)) }),
  })
}

export function namesOf(plan: ScanPlan): readonly string[] {
  return plan.files.map(({ file }) => lastPart(file.path)).toSorted()
}

export function nameOf({ location }: NewFile): string {
  return lastPart(location)
}

/** The file as a plan has it. */
export function plannedFile(plan: ScanPlan, of: NewFile): ContentFile {
  return plan.files.find(({ file: { path } }) => path === of.location)!.file
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

import {
  chooseSnapshot,
  parseLocation,
  planScan,
  readDeletionVector,
  type NewFile,
  type PlannedFile,
  type Snapshot,
} from '#catalog/tables'
import { collect, uuid } from '#kit'
import { accountId, readerOf, type OpenTables, type TestTable } from '#test/tables'

/** A data file here is the JSON list of its rows' ids: what matters is which files a table has, and what they hold. */
export async function idsFile(
  lake: OpenTables,
  table: TestTable,
  ids: readonly number[],
): Promise<NewFile> {
  const location = `${table.location}/data/${uuid()}.json`
  const target = { accountId, ...parseLocation(location) }
  const blob = await lake.objects.stage(Buffer.from(JSON.stringify(ids)), target)
  return {
    location,
    blob,
    specId: 0,
    partition: [],
    recordCount: ids.length,
    sizeBytes: blob.sizeBytes,
    metrics: {
      lowerBounds: new Map([[1, BigInt(Math.min(...ids))]]),
      upperBounds: new Map([[1, BigInt(Math.max(...ids))]]),
    },
  }
}

/** The ids of a file's live rows. Fails when the file, or one of its deletes, is not there whole. */
export async function liveIds(lake: OpenTables, { file, deletes }: PlannedFile) {
  const read = async (location: string) =>
    collect(await lake.objects.read({ accountId, ...parseLocation(location) }), 1_000_000)
  const ids = JSON.parse((await read(file.path)).toString()) as number[]
  const gone = new Set<number>()
  for (const { file: vector } of deletes) {
    const bytes = await read(vector.path)
    const from = vector.contentOffset!
    const part = bytes.subarray(from, from + vector.contentSizeBytes!)
    for (const position of readDeletionVector(part, vector.path)) gone.add(position)
  }
  return ids.filter((_, at) => !gone.has(at))
}

export async function plannedFiles(
  lake: OpenTables,
  table: Pick<TestTable, 'ref'>,
  snapshot?: Snapshot,
): Promise<readonly PlannedFile[]> {
  const reader = readerOf(lake)
  const { metadata } = await reader.tables.load(table.ref)
  const { files } = await planScan({
    metadata,
    snapshot: snapshot ?? chooseSnapshot(metadata),
    source: reader.manifests.sourceFor(accountId),
  })
  return files
}

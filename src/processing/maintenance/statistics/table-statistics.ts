import type { TableRef } from '#catalog/metastore'
import {
  chooseSnapshot,
  currentSchema,
  estimateOf,
  metadataFolder,
  parseLocation,
  planAppends,
  planScan,
  readBlob,
  readPuffin,
  readThetaSketch,
  snapshotsBetween,
  thetaBlobType,
  unionOf,
  writePuffin,
  writeThetaSketch,
  type ManifestSource,
  type PlannedFile,
  type Snapshot,
  type StructField,
  type TableMetadata,
  type ThetaSketch,
} from '#catalog/tables'
import { collect, isLakeError, uuid } from '#kit'
import type { Objects } from '#storage/objects'
import type { RewriteParts } from '../compaction/rewrite-group.ts'
import { committedBy, type MaintenanceParts } from '../parts.ts'
import { sketchColumns, sketchedColumns } from './distinct-values.ts'

export interface StatisticsWritten {
  /** The snapshot that was counted; undefined for a table without rows. */
  readonly snapshotId: bigint | undefined
  /** The Puffin file. */
  readonly location: string | undefined
  /** The distinct values of each column, about as many as are told. */
  readonly distinct: Readonly<Record<string, number>>
  /** Data files that were read: those that came after the statistics before, where nothing but appends came. */
  readonly filesRead: number
}

const puffinBytesMax = 256 * 1024 * 1024

/**
 * Counts the distinct values of columns in the current snapshot, and writes the sketches of them as its statistics file, with the counts in the
 * table's metadata. Columns without a name among them are all that can be counted. What an earlier file says, by whichever writer, is
 * built upon as long as rows were only added since. https://iceberg.apache.org/spec/#table-statistics
 * Errors: those of reading, of the engine and of commits.
 */
export async function writeTableStatistics(
  parts: MaintenanceParts & RewriteParts,
  ref: TableRef,
  signal: AbortSignal,
  options: { readonly columns?: readonly string[] } = {},
): Promise<StatisticsWritten> {
  const { metadata } = await parts.tables.load(ref)
  const snapshot = chooseSnapshot(metadata)
  if (!snapshot) return { snapshotId: undefined, location: undefined, distinct: {}, filesRead: 0 }
  const wanted = options.columns?.map((name) => name.toLowerCase())
  const columns = sketchedColumns(currentSchema(metadata)).filter(
    ({ name }) => wanted?.includes(name.toLowerCase()) ?? true,
  )
  const source = parts.manifests.sourceFor(ref.accountId)
  const base = await earlier({ metadata, snapshot, columns, source }, parts.objects, ref)
  const files = base?.files ?? (await planScan({ metadata, snapshot, source })).files
  const found = await sketchColumns(parts, { ref, metadata, columns, files }, signal)
  const sketches = base ? found.map((sketch, at) => unionOf(sketch, base.sketches[at]!)) : found
  const location = await commitSketches(parts, { ref, metadata, snapshot, columns, sketches })
  return {
    snapshotId: snapshot['snapshot-id'],
    location,
    distinct: Object.fromEntries(columns.map(({ name }, at) => [name, estimateOf(sketches[at]!)])),
    filesRead: files.length,
  }
}

interface Job {
  readonly metadata: TableMetadata
  readonly snapshot: Snapshot
  readonly columns: readonly StructField[]
}

/** The sketches of the newest snapshot that has all of them and since which rows were only added, and the files of those. */
async function earlier(
  { metadata, snapshot, columns, source }: Job & { readonly source: ManifestSource },
  objects: Objects,
  { accountId }: TableRef,
): Promise<
  { readonly sketches: readonly ThetaSketch[]; readonly files: readonly PlannedFile[] } | undefined
> {
  for (const file of metadata.statistics.toReversed()) {
    const between = appendsSince(metadata, file['snapshot-id'], snapshot['snapshot-id'])
    if (!between) continue
    const path = file['statistics-path']
    try {
      const stream = await objects.read({ accountId, ...parseLocation(path) })
      const bytes = await collect(stream, puffinBytesMax)
      const blobs = readPuffin(bytes, path).filter(({ type }) => type === thetaBlobType)
      const sketches: ThetaSketch[] = []
      for (const { id } of columns) {
        const blob = blobs.find(({ fields }) => fields.length === 1 && fields[0] === id)
        if (blob) sketches.push(readThetaSketch(await readBlob(bytes, blob, path), path))
      }
      if (sketches.length < columns.length) continue
      const { files } = await planAppends({ metadata, snapshots: between, source })
      return { sketches, files }
    } catch (error) {
      // What cannot be read is counted anew.
      if (!isLakeError(error) || error.kind === 'internal') throw error
    }
  }
  return undefined
}

function appendsSince(
  metadata: TableMetadata,
  from: bigint,
  to: bigint,
): readonly Snapshot[] | undefined {
  const byId = new Map(metadata.snapshots.map((each) => [each['snapshot-id'], each]))
  let at = byId.get(to)
  while (at && at['snapshot-id'] !== from) {
    // Rows that are written anew are the same rows.
    if (!['append', 'replace'].includes(at.summary?.['operation'] ?? '')) return undefined
    at = byId.get(at['parent-snapshot-id'] ?? -1n)
  }
  return at && snapshotsBetween(metadata, from, to)
}

async function commitSketches(
  { tables, objects }: MaintenanceParts,
  {
    ref,
    metadata,
    snapshot,
    columns,
    sketches,
  }: Job & { readonly ref: TableRef; readonly sketches: readonly ThetaSketch[] },
): Promise<string> {
  const snapshotId = snapshot['snapshot-id']
  const sequenceNumber = snapshot['sequence-number']
  const { bytes, blobs, footerBytes } = writePuffin(
    columns.map(({ id }, at) => ({
      type: thetaBlobType,
      fields: [id],
      snapshotId,
      sequenceNumber,
      properties: { ndv: String(estimateOf(sketches[at]!)) },
      bytes: writeThetaSketch(sketches[at]!),
    })),
    { 'created-by': 'Boathouse' },
  )
  const location = `${metadataFolder(metadata)}/${snapshotId}-${uuid()}.stats`
  const to = { accountId: ref.accountId, ...parseLocation(location) }
  const blob = await objects.stage(bytes, to)
  const statistics = {
    'snapshot-id': snapshotId,
    'statistics-path': location,
    'file-size-in-bytes': bytes.length,
    'file-footer-size-in-bytes': footerBytes,
    'blob-metadata': blobs.map(({ type, fields, properties }) => ({
      type,
      'snapshot-id': snapshotId,
      'sequence-number': sequenceNumber,
      fields,
      properties,
    })),
  }
  const change = {
    ref,
    requirements: [{ type: 'assert-table-uuid', uuid: metadata['table-uuid'] }],
    updates: [{ action: 'set-statistics', 'snapshot-id': snapshotId, statistics }],
  }
  try {
    await tables.commit(change, committedBy, {
      onCommit: async (tx) => {
        await objects.publish(tx, { ...to, blob, contentType: 'application/octet-stream' })
      },
    })
    return location
  } catch (error) {
    // When the database itself failed nobody knows whether it was committed: then the sweep decides.
    if (isLakeError(error) && error.kind !== 'internal') await objects.discard(blob)
    throw error
  }
}

import type { TableRecord } from '#catalog/metastore'
import type { Scan } from '#consumption/sql'
import { type HotObject, isHotTailOff } from '../hot-tails.ts'
import { type PlannedFile, isData } from './files.ts'
import type { ListParts, ListedScan } from './list-scans.ts'
import { parseLocation } from './location.ts'
import { type PlannedPartition, partitionsLeft } from './partitions.ts'

/** Adds to a scan those objects of the tail that will lie in its table. */
export async function addTail(
  listed: ListedScan,
  objects: readonly HotObject[],
  parts: ListParts,
): Promise<ListedScan> {
  const { scan, partitions } = listed
  const { source } = scan
  if (isHotTailOff(source.parameters)) return listed
  const places = placesOf(source, partitions)
  const files: PlannedFile[] = [...listed.files]
  const unplaced: HotObject[] = []
  for (const object of objects) {
    const place = places.find(object)
    if (place) files.push(toFile(object, place.partition))
    else unplaced.push(object)
  }
  for (const [partition, object] of await newPartitions(scan, unplaced, parts)) {
    files.push(toFile(object, partition))
  }
  return { ...listed, files: files.filter(({ object }) => isData(object)) }
}

function toFile(
  { bucket, key, path, sizeBytes, etag, madeMs }: HotObject,
  partition: PlannedPartition | undefined,
): PlannedFile {
  const object = {
    bucket,
    key,
    versionId: undefined,
    sizeBytes,
    etag,
    lastModifiedMs: madeMs,
    contentType: undefined,
    contentEncoding: undefined,
  }
  return { object, partition, localPath: path }
}

interface Place {
  readonly partition: PlannedPartition | undefined
}

/** The folders in which a scan's files lie. */
function placesOf(table: TableRecord, partitions: readonly PlannedPartition[] | undefined) {
  const folders = new Map<string, Place>()
  for (const partition of partitions ?? [undefined]) {
    const location = parseLocation(partition ? partition.location : table.storage?.location)
    if (location) folders.set(`${location.bucket}/${location.prefix}`, { partition })
  }
  const find = ({ bucket, key }: HotObject): Place | undefined => {
    for (let end = key.length; end > 0; end -= 1) {
      if (key[end - 1] !== '/') continue
      const found = folders.get(`${bucket}/${key.slice(0, end)}`)
      if (found) return found
    }
    return folders.get(`${bucket}/`)
  }
  return { find }
}

/**
 * The objects in partitions that were not listed, as far as the scan's conditions leave them over. One that the catalog has by now came with a
 * delivery after the listing, or was left out by the conditions, or lies elsewhere and keeps its place.
 */
async function newPartitions(
  scan: Scan<TableRecord>,
  objects: readonly HotObject[],
  parts: ListParts,
): Promise<readonly (readonly [PlannedPartition, HotObject])[]> {
  const { source } = scan
  const { context, metastore } = parts
  if (source.parameters?.['projection.enabled']?.toLowerCase() === 'true') return []
  const mine = objects.flatMap((object) => {
    const { partition } = object
    const isMine =
      partition?.region === context.region &&
      partition.database === source.database &&
      partition.table === source.name
    return isMine ? [{ object, input: partition.input }] : []
  })
  if (mine.length === 0) return []
  const ref = { ...context, database: source.database, table: source.name }
  const known = await metastore.getPartitions(
    ref,
    mine.map(({ input }) => input.values),
  )
  const elsewhere = new Map(
    known.map(({ values, storage }) => [JSON.stringify(values), storage?.location]),
  )
  const candidates = mine.flatMap(({ object, input: { values, storage } }) => {
    const location = elsewhere.get(JSON.stringify(values)) ?? storage?.location
    const place = parseLocation(location)
    const isThere = place?.bucket === object.bucket && object.key.startsWith(place.prefix)
    return isThere ? [[{ values, storage, location }, object] as const] : []
  })
  // They are not in the catalog, so every condition is still to be applied.
  const all = scan.predicates.map((predicate) => ({ ...predicate, simple: undefined }))
  const partitions = candidates.map(([partition]) => partition)
  const left = new Set(
    await partitionsLeft({ ...scan, predicates: all }, partitions, parts.engine, parts.signal),
  )
  return candidates.filter(([partition]) => left.has(partition))
}

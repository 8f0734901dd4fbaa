import { createHash } from 'node:crypto'
import { BoundedCache } from '#kit'
import { frozen } from './frozen.ts'
import { encodeValues, type EncodedValues } from './partition-key.ts'
import { valueColumns } from './partition-encoding.ts'
import type { Column, PartitionInput, PartitionRecord, StorageDescriptor } from './records.ts'
import { nextId } from './rows.ts'
import type { CatalogDb, CatalogTables, PartitionRow } from './schema.ts'

/** A storage descriptor without its location. */
type Shape = Omit<StorageDescriptor, 'location'>
type Shapes = ReadonlyMap<number, Shape>

/** Partition rows written in one statement: bounded by the parameters a statement may have. */
const insertChunk = 200
const lookupChunk = 500

export interface EncodedPartition {
  readonly input: PartitionInput
  readonly encoded: EncodedValues
}

export function encodePartition(keys: readonly Column[], input: PartitionInput): EncodedPartition {
  return { input, encoded: encodeValues(keys, input.values) }
}

export async function insertPartitions(
  db: CatalogDb,
  tableId: number,
  partitions: readonly EncodedPartition[],
  nowMs: number,
): Promise<void> {
  const shapeIds = await ensureShapes(db, tableId, partitions)
  for (let at = 0; at < partitions.length; at += insertChunk) {
    const rows = partitions
      .slice(at, at + insertChunk)
      .map((partition) => toRow(tableId, partition, shapeIds, nowMs))
    await db.insertInto('catalog_partitions').values(rows).execute()
  }
}

/** Those of `keys` that are there. */
export async function presentKeys(
  db: CatalogDb,
  tableId: number,
  keys: readonly string[],
): Promise<Set<string>> {
  const present = new Set<string>()
  for (let at = 0; at < keys.length; at += lookupChunk) {
    const rows = await db
      .selectFrom('catalog_partitions')
      .select('key')
      .where('table_id', '=', tableId)
      .where('key', 'in', keys.slice(at, at + lookupChunk))
      .execute()
    for (const row of rows) present.add(row.key)
  }
  return present
}

/** Shapes that stay in memory, and the characters of all of them. */
const shapeBounds = { countMax: 1_000, lengthMax: 4 * 1024 * 1024 }

/**
 * Turns rows into records. Shapes never change, so those that were read stay in memory, within bounds. A row whose shape is not there any
 * more is one of a table that is being removed, and left out.
 */
export function partitionReader(): (
  db: CatalogDb,
  rows: readonly PartitionRow[],
) => Promise<readonly PartitionRecord[]> {
  const cache = new BoundedCache<number, Shape>(shapeBounds)
  return async (db, rows) => {
    // Of this call alone: what others read meanwhile may take the place of what it found.
    const shapes = new Map<number, Shape>()
    const missing: number[] = []
    for (const id of new Set(rows.map((row) => row.shape_id))) {
      if (id === null) continue
      const known = cache.get(id)
      if (known) shapes.set(id, known)
      else missing.push(id)
    }
    for (let at = 0; at < missing.length; at += lookupChunk) {
      const found = await db
        .selectFrom('catalog_shapes')
        .select(['id', 'body'])
        .where('id', 'in', missing.slice(at, at + lookupChunk))
        .execute()
      for (const { id, body } of found) {
        const shape = frozen(JSON.parse(body) as Shape)
        shapes.set(id, shape)
        cache.set(id, shape, body.length)
      }
    }
    return rows.flatMap((row) => toRecord(row, shapes) ?? [])
  }
}

function toRow(
  tableId: number,
  { input, encoded }: EncodedPartition,
  shapeIds: ReadonlyMap<string, number>,
  nowMs: number,
): CatalogTables['catalog_partitions'] {
  const { values, storage, ...body } = input
  // The index signature of the value columns covers only `p0` to `p15`.
  return {
    ...valueColumns(encoded.columns),
    table_id: tableId,
    key: encoded.key,
    segment: encoded.segment,
    value_list: JSON.stringify(values),
    location: storage?.location ?? null,
    shape_id: storage ? shapeIds.get(shapeHash(shapeOf(storage)))! : null,
    body: JSON.stringify(body),
    create_time_ms: nowMs,
  } as CatalogTables['catalog_partitions']
}

function toRecord(row: PartitionRow, shapes: Shapes): PartitionRecord | undefined {
  const shape = row.shape_id === null ? undefined : shapes.get(row.shape_id)
  if (row.shape_id !== null && !shape) return undefined
  const storage = shape && (row.location === null ? shape : { ...shape, location: row.location })
  return {
    ...(JSON.parse(row.body) as Omit<PartitionInput, 'values' | 'storage'>),
    values: JSON.parse(row.value_list) as string[],
    ...(storage ? { storage } : {}),
    createTimeMs: row.create_time_ms,
  }
}

function shapeOf(storage: StorageDescriptor): Shape {
  const { location: _, ...shape } = storage
  return shape
}

function shapeHash(shape: Shape): string {
  return createHash('sha256').update(JSON.stringify(shape)).digest('base64url')
}

async function ensureShapes(
  db: CatalogDb,
  tableId: number,
  partitions: readonly EncodedPartition[],
): Promise<ReadonlyMap<string, number>> {
  const shapes = new Map<string, Shape>()
  for (const { input } of partitions) {
    if (!input.storage) continue
    const shape = shapeOf(input.storage)
    shapes.set(shapeHash(shape), shape)
  }
  const ids = new Map<string, number>()
  const hashes = [...shapes.keys()]
  for (let at = 0; at < hashes.length; at += lookupChunk) {
    const rows = await db
      .selectFrom('catalog_shapes')
      .select(['id', 'hash'])
      .where('table_id', '=', tableId)
      .where('hash', 'in', hashes.slice(at, at + lookupChunk))
      .execute()
    for (const row of rows) ids.set(row.hash, row.id)
  }
  for (const [hash, shape] of shapes) {
    if (ids.has(hash)) continue
    const id = await nextId(db, 'shape')
    await db
      .insertInto('catalog_shapes')
      .values({ id, table_id: tableId, hash, body: JSON.stringify(shape) })
      .execute()
    ids.set(hash, id)
  }
  return ids
}

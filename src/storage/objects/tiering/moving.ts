import { LakeError } from '#kit'
import type { Database, Transaction } from '#platform/database'
import type { Garbage } from '../garbage.ts'
import { tierOf, type PlacedBlobs, type Tier } from '../places/placed-blobs.ts'
import type { ObjectTables, VersionRow } from '../tables.ts'
import { discardBlob } from '../upload-rows.ts'
import { tellOfTier, type TierEvent } from './telling.ts'

export interface MovingParts {
  readonly database: Database
  readonly blobs: PlacedBlobs
  readonly garbage: Garbage
}

/** Copies of blobs: from the id of the one to that of the other. */
export type Copies = ReadonlyMap<string, string>

/**
 * Moves the bytes of a version to a tier and changes its row, in one transaction after the copies are durable: a crash leaves copies that
 * the next sweep removes, or garbage that the collector does. False when the version was changed or deleted meanwhile.
 */
export async function moveVersion(
  parts: MovingParts,
  row: VersionRow,
  tier: Tier,
  change: Partial<VersionRow>,
  event?: TierEvent,
): Promise<boolean> {
  const copies = await copyBlobs(parts, row, tier)
  if (copies.size === 0 && Object.keys(change).length === 0) return true
  return committing(parts, copies, async (tx) => {
    const isDone = await repoint(tx, row, copies, change)
    if (isDone && event) await tellOfTier(tx, row, event)
    return isDone
  })
}

/** Copies those blobs of a version that are not in the tier yet. Without a second place there is nothing to copy. */
export async function copyBlobs(parts: MovingParts, row: VersionRow, tier: Tier): Promise<Copies> {
  const { blobs, garbage } = parts
  const copies = new Map<string, string>()
  if (!blobs.hasCold) return copies
  const unpin = garbage.pin(row.upload_id ?? row.blob_id ?? '')
  try {
    for (const blobId of await blobsOf(parts.database, row)) {
      if (tierOf(blobId) === tier) continue
      const source = await garbage.lookUp(() => blobs.open(blobId))
      copies.set(blobId, (await blobs.into(tier).write(source)).blobId)
    }
    return copies
  } catch (error) {
    await blobs.remove([...copies.values()])
    throw error
  } finally {
    unpin()
  }
}

/** Runs the transaction that names the copies; they go again when it was refused, or found that they are not wanted. */
export async function committing(
  { database, blobs, garbage }: MovingParts,
  copies: Copies,
  commit: (tx: Transaction) => Promise<boolean>,
): Promise<boolean> {
  let isDone = false
  try {
    isDone = await database.transaction(commit)
  } catch (error) {
    if (error instanceof LakeError && error.kind !== 'internal') {
      await blobs.remove([...copies.values()])
    }
    throw error
  }
  if (!isDone) await blobs.remove([...copies.values()])
  garbage.expect()
  return isDone
}

/** The version as it is now; undefined when its bytes or its class are others by now. */
export async function sameVersion(
  tx: Transaction,
  row: VersionRow,
): Promise<VersionRow | undefined> {
  const now = await tx
    .tables<ObjectTables>()
    .selectFrom('object_versions')
    .selectAll()
    .where('bucket', '=', row.bucket)
    .where('key', '=', row.key)
    .where('age_rank', '=', row.age_rank)
    .executeTakeFirst()
  const isSame =
    now?.blob_id === row.blob_id &&
    now.upload_id === row.upload_id &&
    now.storage_class === row.storage_class &&
    now.access_tier === row.access_tier
  return isSame ? now : undefined
}

export async function changeVersion(
  tx: Transaction,
  row: VersionRow,
  change: Partial<VersionRow>,
): Promise<void> {
  if (Object.keys(change).length === 0) return
  await tx
    .tables<ObjectTables>()
    .updateTable('object_versions')
    .set(change)
    .where('bucket', '=', row.bucket)
    .where('key', '=', row.key)
    .where('age_rank', '=', row.age_rank)
    .execute()
}

async function repoint(
  tx: Transaction,
  row: VersionRow,
  copies: Copies,
  change: Partial<VersionRow>,
): Promise<boolean> {
  if (!(await sameVersion(tx, row))) return false
  const copy = row.blob_id === null ? undefined : copies.get(row.blob_id)
  await changeVersion(tx, row, { ...change, ...(copy === undefined ? {} : { blob_id: copy }) })
  for (const [from, to] of copies) {
    await discardBlob(tx, from, row.upload_id ?? from)
    if (from === row.blob_id) continue
    await tx
      .tables<ObjectTables>()
      .updateTable('object_parts')
      .set({ blob_id: to })
      .where('blob_id', '=', from)
      .execute()
  }
  return true
}

async function blobsOf(database: Database, row: VersionRow): Promise<readonly string[]> {
  if (row.blob_id !== null) return [row.blob_id]
  if (row.upload_id === null) return []
  const parts = await database
    .tables<ObjectTables>()
    .selectFrom('object_parts')
    .select('blob_id')
    .where('upload_id', '=', row.upload_id)
    .orderBy('part_number')
    .execute()
  return parts.map((part) => part.blob_id)
}

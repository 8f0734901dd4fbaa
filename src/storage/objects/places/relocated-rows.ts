import { isLakeError } from '#kit'
import type { Database, Transaction } from '#platform/database'
import type { BlobStore } from '../blob-store.ts'
import { createHasher, type ChecksumAlgorithm } from '../checksums.ts'
import { crcOf } from '../disk/blob-files.ts'
import { isPackedId } from '../disk/pack-format.ts'
import { ObjectErrors } from '../errors.ts'
import type { ObjectTables } from '../tables.ts'
import type { Side } from './relocation-plan.ts'
import { isOn } from './sides.ts'

/** Everything that names a blob which shall stay. */
export const tablesOfBlobs = ['object_versions', 'object_parts', 'object_restored'] as const
type TableOfBlobs = (typeof tablesOfBlobs)[number]

/** A blob that stays where it is, for it is not what was written. */
export interface Damaged {
  readonly blobId: string
  readonly kind: 'missing' | 'corrupt'
}

export interface CopyNamedInput {
  readonly database: Database
  readonly table: TableOfBlobs
  readonly from: Side
  readonly source: BlobStore
  readonly target: BlobStore
  readonly onMoved: (sizeBytes: number) => void
  readonly onDamaged: (damaged: Damaged) => void
}

const rowsPerPage = 256
/** Small ones wait for the other end more than they move. */
const copiesAtOnce = 16

/** Moves every blob that the table names at one end: copied, then named at the other end and garbage at this one, in one transaction. */
export async function copyNamed(input: CopyNamedInput): Promise<void> {
  let after = ''
  for (;;) {
    const ids = await namedAfter(input, after)
    if (ids.length === 0) return
    after = ids.at(-1)!
    const left = ids.values()
    const results = await Promise.allSettled(
      Array.from({ length: copiesAtOnce }, async () => {
        for (const blobId of left) await moveOne(input, blobId)
      }),
    )
    // After all have ended: what was copied is named, or forgotten, before anybody hears of a failure.
    const failed = results.find((result) => result.status === 'rejected')
    if (failed) throw failed.reason
    await removeMoved(input, ids)
  }
}

async function namedAfter(
  { database, table, from }: CopyNamedInput,
  after: string,
): Promise<readonly string[]> {
  const rows = await database
    .tables<ObjectTables>()
    .selectFrom(table)
    .select('blob_id')
    .where('blob_id', '>', after)
    .where(isOn(from))
    .orderBy('blob_id')
    .limit(rowsPerPage)
    .execute()
  return rows.map((row) => row.blob_id!)
}

async function moveOne(input: CopyNamedInput, blobId: string): Promise<void> {
  const { database, source, target, table } = input
  let copy
  try {
    copy = await target.write(await checked(input, blobId, await source.open(blobId)))
  } catch (error) {
    if (isLakeError(error, 'BlobMissing')) input.onDamaged({ blobId, kind: 'missing' })
    else if (isLakeError(error, 'BlobCorrupt')) input.onDamaged({ blobId, kind: 'corrupt' })
    else throw error
    return
  }
  await database.transaction((tx) => rename(tx, table, blobId, copy.blobId))
  input.onMoved(copy.sizeBytes)
}

async function rename(
  tx: Transaction,
  table: TableOfBlobs,
  from: string,
  to: string,
): Promise<void> {
  const db = tx.tables<ObjectTables>()
  await db.updateTable(table).set({ blob_id: to }).where('blob_id', '=', from).execute()
  await db.insertInto('object_garbage').values({ blob_id: from, owner_id: from }).execute()
}

/** Gives the room of what has moved back at once: an end may not have it twice. */
async function removeMoved(
  { database, source }: CopyNamedInput,
  ids: readonly string[],
): Promise<void> {
  const garbage = await database
    .tables<ObjectTables>()
    .selectFrom('object_garbage')
    .select('blob_id')
    .where('blob_id', 'in', ids)
    .execute()
  const moved = garbage.map((row) => row.blob_id)
  if (moved.length === 0) return
  await source.remove(moved)
  await database.transaction(async (tx) => {
    const db = tx.tables<ObjectTables>()
    await db.deleteFrom('object_garbage').where('blob_id', 'in', moved).execute()
  })
}

/** The bytes, which fail at their end where they are not the ones of the row. Most blobs' ids have a checksum that the store compares. */
async function checked(
  { database, table, from }: CopyNamedInput,
  blobId: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<AsyncIterable<Uint8Array>> {
  const isSelfChecking = from === 's3' || isPackedId(blobId) || crcOf(blobId) !== undefined
  if (isSelfChecking || table !== 'object_versions') return bytes
  const row = await database
    .tables<ObjectTables>()
    .selectFrom('object_versions')
    .select(['encryption', 'checksum_algorithm', 'checksum_type', 'checksum_value'])
    .where('blob_id', '=', blobId)
    .executeTakeFirst()
  const isKnown = row?.encryption === null && row.checksum_type === 'FULL_OBJECT'
  if (!isKnown || row.checksum_algorithm === null || row.checksum_value === null) return bytes
  return hashed(bytes, blobId, row.checksum_algorithm as ChecksumAlgorithm, row.checksum_value)
}

async function* hashed(
  bytes: AsyncIterable<Uint8Array>,
  blobId: string,
  algorithm: ChecksumAlgorithm,
  expected: string,
): AsyncIterable<Uint8Array> {
  const hasher = await createHasher(algorithm)
  let found = ''
  try {
    for await (const chunk of bytes) {
      hasher.update(chunk)
      yield chunk
    }
  } finally {
    found = hasher.end().toString('base64')
  }
  if (found === expected) return
  throw ObjectErrors.BlobCorrupt(`the bytes of the blob ${blobId} are damaged`, { blobId })
}

import type { Kysely } from 'kysely'
import { prepared, type Database, type Transaction } from '#platform/database'
import type { BlobStore } from '../blob-store.ts'
import type { Garbage } from '../garbage.ts'
import type { InlineRow, ObjectTables, VersionRow } from '../tables.ts'
import type { InlineBlobs } from './inline-blobs.ts'

/** With so much in the database the move begins by itself, and leaves what is new. */
const startBytes = 16 * 1024 * 1024
const keptBytes = 8 * 1024 * 1024
/** What is moved together: one append to a pack, one commit. */
const rowsPerMove = 128

interface MoverParts {
  readonly database: Database
  readonly inline: InlineBlobs
  /** Where they go. */
  readonly store: BlobStore
  readonly garbage: Garbage
  readonly onError: (error: unknown) => void
}

/**
 * Takes inline blobs on to the store, the oldest first: their bytes are durable there before a commit names them there and makes what is
 * in the database garbage. A crash between leaves a blob that the next start sweeps.
 */
export class InlineMover {
  readonly #parts: MoverParts
  readonly #stop = new AbortController()
  #moving: Promise<void> | undefined

  constructor(parts: MoverParts) {
    this.#parts = parts
  }

  /** To be called when blobs have been added. */
  expect(): void {
    if (this.#moving || this.#parts.inline.heldBytes < startBytes) return
    this.moveAll(this.#stop.signal, keptBytes).catch(this.#parts.onError)
  }

  /** Moves until at most so much is left, as far as it is not garbage already. */
  async moveAll(signal: AbortSignal = this.#stop.signal, leftBytes = 0): Promise<void> {
    while (this.#moving) await this.#moving.catch(() => undefined)
    if (this.#stop.signal.aborted) return
    this.#moving = this.#move(signal, leftBytes).finally(() => {
      this.#moving = undefined
    })
    return this.#moving
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#moving?.catch(() => undefined)
  }

  async #move(signal: AbortSignal, leftBytes: number): Promise<void> {
    const { database, inline, garbage } = this.#parts
    for (let after = 0; ;) {
      if (signal.aborted || this.#stop.signal.aborted) return
      if (leftBytes > 0 && inline.heldBytes <= leftBytes) return
      const rows = await liveAfter(database, after)
      if (rows.length === 0) return
      after = rows.at(-1)!.id
      await this.#moveRows(rows)
      // The database gets its space back before more is moved.
      await garbage.collect()
    }
  }

  async #moveRows(rows: readonly Moved[]): Promise<void> {
    const { database, store } = this.#parts
    const moved = await Promise.all(
      rows.map(async (row) => ({ row, to: (await store.write([row.bytes])).blobId })),
    )
    await database.optimistic(async (tx) => {
      for (const { row, to } of moved) await rename(tx, row, to)
    })
  }
}

/**
 * Nobody needs the new blob where the version has gone, or changed, meanwhile; then whoever changed it has taken care of the old one,
 * whose row may hold another by now.
 */
async function rename(
  tx: Transaction,
  { bucket, key, blob_id: from }: Moved,
  to: string,
): Promise<void> {
  await renameVersion(tx, to, bucket, key, from)
  await discardOld(tx, from, to)
  await discardUnnamed(tx, to)
}

/** With its key, so that what is kept of the rows of others stays good. */
const renameVersion = prepared(
  (db: Kysely<ObjectTables>, to: string, bucket: string, key: string, from: string) =>
    db
      .updateTable('object_versions')
      .set({ blob_id: to })
      .where('bucket', '=', bucket)
      .where('key', '=', key)
      .where('blob_id', '=', from),
)

const discardOld = prepared((db: Kysely<ObjectTables>, from: string, to: string) =>
  intoGarbage(
    db,
    discarded(db, from).where(({ exists }) => exists(naming(db, to))),
  ),
)

const discardUnnamed = prepared((db: Kysely<ObjectTables>, to: string) =>
  intoGarbage(
    db,
    discarded(db, to).where(({ not, exists }) => not(exists(naming(db, to)))),
  ),
)

function intoGarbage(db: Kysely<ObjectTables>, rows: ReturnType<typeof discarded>) {
  return db.insertInto('object_garbage').columns(['blob_id', 'owner_id']).expression(rows)
}

function discarded(db: Kysely<ObjectTables>, blobId: string) {
  return db.selectNoFrom(({ val }) => [val(blobId).as('blob_id'), val(blobId).as('owner_id')])
}

function naming(db: Kysely<ObjectTables>, blobId: string) {
  return db.selectFrom('object_versions').select('blob_id').where('blob_id', '=', blobId)
}

type Moved = Pick<InlineRow, 'id' | 'blob_id' | 'bytes'> & Pick<VersionRow, 'bucket' | 'key'>

function liveAfter(database: Database, after: number): Promise<Moved[]> {
  return database
    .tables<ObjectTables>()
    .selectFrom('object_inline')
    .innerJoin('object_versions', 'object_versions.blob_id', 'object_inline.blob_id')
    .select(['object_inline.id', 'object_inline.blob_id', 'object_inline.bytes'])
    .select(['object_versions.bucket', 'object_versions.key'])
    .where('object_inline.id', '>', after)
    .orderBy('object_inline.id')
    .limit(rowsPerMove)
    .execute()
}

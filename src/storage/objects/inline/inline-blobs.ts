import { writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import type { Kysely } from 'kysely'
import { prepared, type Database, type Transaction } from '#platform/database'
import type { BlobRange, BlobVerdict } from '../blob-store.ts'
import { ByteCache } from '../disk/byte-cache.ts'
import { ObjectErrors } from '../errors.ts'
import type { InlineRow, ObjectTables } from '../tables.ts'
import { inlineEnd, inlineId, inlinePrefix, readInlineId } from './inline-ids.ts'

export interface InlineLimits {
  /** Blobs up to this size may lie in the database. */
  readonly blobBytesMax: number
  /** So much may lie there: when it is reached, small blobs go straight to the store. */
  readonly heldBytesMax: number
  readonly cacheBytesMax: number
}

export const inlineLimits: InlineLimits = {
  blobBytesMax: 16 * 1024,
  heldBytesMax: 64 * 1024 * 1024,
  cacheBytesMax: 16 * 1024 * 1024,
}

/** Bytes that go into the database with the row that names them. */
export interface InlineBytes {
  readonly blobId: string
  readonly bytes: Uint8Array
}

const pageRows = 1000
/** What a row costs beside its bytes: the smallest blobs must not be without number. */
const rowBytes = 256

/**
 * Small blobs that lie in the database for a while: their bytes are durable by the commit of the row that names them, in the place of
 * an fsync of their own before it. They go on to the store in the background (moving.ts).
 */
export class InlineBlobs {
  readonly #database: Database
  readonly #limits: InlineLimits
  readonly #hasRoom: (sizeBytes: number) => boolean
  readonly #cache: ByteCache
  #nextId: number
  #heldBytes: number

  private constructor(
    database: Database,
    limits: InlineLimits,
    hasRoom: (sizeBytes: number) => boolean,
    found: { readonly nextId: number; readonly heldBytes: number },
  ) {
    this.#database = database
    this.#limits = limits
    this.#hasRoom = hasRoom
    this.#cache = new ByteCache(limits.cacheBytesMax)
    this.#nextId = found.nextId
    this.#heldBytes = found.heldBytes
  }

  static async open(
    database: Database,
    hasRoom: (sizeBytes: number) => boolean = () => true,
    limits: Partial<InlineLimits> = {},
  ): Promise<InlineBlobs> {
    const db = database.tables<ObjectTables>()
    const held = await db
      .selectFrom('object_inline')
      .select((column) => [
        column.fn.max<number | null>('id').as('id'),
        column.fn.sum<number | null>('size_bytes').as('bytes'),
        column.fn.countAll<number>().as('count'),
      ])
      .executeTakeFirstOrThrow()
    // An id is free again only when nothing names it any more.
    const garbage = await db
      .selectFrom('object_garbage')
      .select((column) => column.fn.max<string | null>('blob_id').as('blob_id'))
      .where('blob_id', '>=', inlinePrefix)
      .where('blob_id', '<', inlineEnd)
      .executeTakeFirstOrThrow()
    const last = Math.max(held.id ?? 0, readInlineId(garbage.blob_id ?? '')?.id ?? 0)
    const found = { nextId: last + 1, heldBytes: (held.bytes ?? 0) + held.count * rowBytes }
    return new InlineBlobs(database, { ...inlineLimits, ...limits }, hasRoom, found)
  }

  /** Of what lies in the database, about. */
  get heldBytes(): number {
    return this.#heldBytes
  }

  /**
   * Gives bytes an id, if they may lie in the database: they are there when `insert` has been committed, else `giveUp` must be
   * called. Undefined when they should go to the store. Error: `DiskFull`.
   */
  take(bytes: Uint8Array): InlineBytes | undefined {
    const sizeBytes = bytes.byteLength
    const { blobBytesMax, heldBytesMax } = this.#limits
    const costBytes = sizeBytes + rowBytes
    if (sizeBytes > blobBytesMax || this.#heldBytes + costBytes > heldBytesMax) return undefined
    if (!this.#hasRoom(sizeBytes)) {
      throw ObjectErrors.DiskFull('There is no space left for object data.')
    }
    const blobId = inlineId({ id: this.#nextId, sizeBytes, crc: crc32(bytes) })
    this.#nextId += 1
    this.#heldBytes += costBytes
    const own = tight(bytes)
    this.#cache.set(blobId, own)
    return { blobId, bytes: own }
  }

  giveUp({ blobId, bytes }: InlineBytes): void {
    this.#cache.delete(blobId)
    this.#release(bytes.byteLength + rowBytes)
  }

  async insert(tx: Transaction, { blobId, bytes }: InlineBytes): Promise<void> {
    const { id, sizeBytes } = readInlineId(blobId)!
    await insertRow(tx, { id, blob_id: blobId, size_bytes: sizeBytes, bytes })
  }

  /** The bytes, which are checked and may be shared: never write to them. Errors: `BlobMissing`, `BlobCorrupt`. */
  async read(blobId: string, range?: BlobRange): Promise<Buffer> {
    const bytes = this.#cache.get(blobId) ?? (await this.#readRow(blobId))
    if (range?.sizeBytes !== undefined && range.sizeBytes !== bytes.length) throw corrupt(blobId)
    return range ? bytes.subarray(range.start, range.end + 1) : bytes
  }

  async open(blobId: string, range?: BlobRange): Promise<Readable> {
    return Readable.from([await this.read(blobId, range)], { objectMode: false })
  }

  async link(blobId: string, path: string): Promise<void> {
    await writeFile(path, await this.read(blobId), { flag: 'wx' })
  }

  async remove(blobIds: readonly string[]): Promise<void> {
    const ids = blobIds.map(readInlineId).filter((id) => id !== undefined)
    if (ids.length === 0) return
    for (const blobId of blobIds) this.#cache.delete(blobId)
    await this.#database.optimistic(async (tx) => {
      for (const { id } of ids) await deleteRow(tx, id)
    })
    this.#release(ids.reduce((sum, { sizeBytes }) => sum + sizeBytes + rowBytes, 0))
  }

  /** The ids of all, in pages. */
  async *scan(): AsyncIterable<readonly string[]> {
    for (let after = 0; ;) {
      const rows = await this.#database
        .tables<ObjectTables>()
        .selectFrom('object_inline')
        .select(['id', 'blob_id'])
        .where('id', '>', after)
        .orderBy('id')
        .limit(pageRows)
        .execute()
      if (rows.length === 0) return
      yield rows.map((row) => row.blob_id)
      after = rows.at(-1)!.id
    }
  }

  /** What is in the database, not what is kept in memory. */
  async verify(blobId: string): Promise<BlobVerdict> {
    const id = readInlineId(blobId)
    const bytes = id && (await findBytes(this.#database, id.id))
    if (!bytes) return { state: 'missing', sizeBytes: 0 }
    const isWhole = bytes.length === id.sizeBytes && crc32(bytes) === id.crc
    return isWhole
      ? { state: 'whole', sizeBytes: bytes.length }
      : { state: 'corrupt', sizeBytes: 0 }
  }

  async #readRow(blobId: string): Promise<Buffer> {
    const id = readInlineId(blobId)
    const bytes = id && (await findBytes(this.#database, id.id))
    if (!bytes) throw ObjectErrors.BlobMissing(`the blob ${blobId} is missing`, { blobId })
    if (bytes.length !== id.sizeBytes || crc32(bytes) !== id.crc) throw corrupt(blobId)
    this.#cache.set(blobId, bytes)
    return bytes
  }

  /** A removal that runs twice, after a crash between, counts twice. */
  #release(sizeBytes: number): void {
    this.#heldBytes = Math.max(0, this.#heldBytes - sizeBytes)
  }
}

async function findBytes(database: Database, id: number): Promise<Buffer | undefined> {
  const [row] = await bytesOf(database, id)
  return row && Buffer.from(row.bytes.buffer, row.bytes.byteOffset, row.bytes.byteLength)
}

const bytesOf = prepared((db: Kysely<ObjectTables>, id: number) =>
  db.selectFrom('object_inline').select('bytes').where('id', '=', id),
)

const insertRow = prepared((db: Kysely<ObjectTables>, row: InlineRow) =>
  db.insertInto('object_inline').values(row),
)

const deleteRow = prepared((db: Kysely<ObjectTables>, id: number) =>
  db.deleteFrom('object_inline').where('id', '=', id),
)

/** In memory that holds little else: all of it is copied on the way to the database's thread. */
function tight(bytes: Uint8Array): Buffer {
  const isTight = bytes.buffer.byteLength < 2 * bytes.byteLength + 4096
  return isTight
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : Buffer.from(bytes)
}

function corrupt(blobId: string): Error {
  return ObjectErrors.BlobCorrupt(`the bytes of the blob ${blobId} are damaged`, { blobId })
}

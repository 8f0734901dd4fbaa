import { writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import type { Kysely } from 'kysely'
import { randomOctets, type BoundedCache } from '#kit'
import { prepared, type Database, type Transaction } from '#platform/database'
import type { BlobRange, BlobVerdict } from '../blob-store.ts'
import { cachedBlobs } from '../cached-blobs.ts'
import { ObjectErrors } from '../errors.ts'
import type { InlineRow, ObjectTables } from '../tables.ts'
import {
  inlineEnd,
  inlineId,
  inlinePrefix,
  readInlineId,
  usesMax,
  type InlineId,
} from './inline-ids.ts'
import { LeavingBytes } from './leaving-bytes.ts'

export interface InlineLimits {
  /** Blobs up to this size may lie in the database. */
  readonly blobBytesMax: number
  /** So much may lie there: when it is reached, small blobs go straight to the store. */
  readonly heldBytesMax: number
  readonly cacheBytesMax: number
  /** Of what was replaced and may be read still: more is replaced in another way. */
  readonly leavingBytesMax: number
}

export const inlineLimits: InlineLimits = {
  blobBytesMax: 16 * 1024,
  heldBytesMax: 64 * 1024 * 1024,
  cacheBytesMax: 16 * 1024 * 1024,
  leavingBytesMax: 16 * 1024 * 1024,
}

/** Bytes that go into the database with the row that names them. */
export interface InlineBytes {
  readonly blobId: string
  readonly bytes: Buffer
  /** The blob in whose row they come. */
  readonly replaces?: string
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
  readonly #cache: BoundedCache<string, Buffer>
  readonly #leaving: LeavingBytes
  #nextId: number
  /** Those of two runs do not meet. */
  #nextUse = randomOctets(6).readUIntBE(0, 6)
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
    this.#cache = cachedBlobs(limits.cacheBytesMax)
    this.#leaving = new LeavingBytes(limits.leavingBytesMax)
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
    const crc = crc32(bytes)
    const blobId = inlineId({ id: this.#nextId, sizeBytes, crc, use: this.#newUse() })
    this.#nextId += 1
    this.#heldBytes += costBytes
    const own = tight(bytes)
    this.#cache.set(blobId, own, own.byteLength)
    return { blobId, bytes: own }
  }

  giveUp({ blobId, bytes }: InlineBytes): void {
    this.#cache.delete(blobId)
    this.#release(bytes.byteLength + rowBytes)
  }

  /**
   * The same bytes under an id with which they come in the row of a blob that its version's replacement gives up. Undefined when they
   * cannot. That blob can be read until `letGo`, which must be called when nobody can be looking it up any more.
   */
  async takeOver(
    replacedId: string,
    { blobId, bytes }: InlineBytes,
  ): Promise<InlineBytes | undefined> {
    const replaced = readInlineId(replacedId)
    if (!replaced || this.#leaving.isFull) return undefined
    const left = this.#known(replacedId) ?? (await this.#findWhole(replacedId, replaced))
    // What is not committed yet, or is damaged, goes another way.
    if (!left) return undefined
    this.#leaving.hold(replacedId, left)
    const { sizeBytes, crc } = readInlineId(blobId)!
    const newId = inlineId({ id: replaced.id, sizeBytes, crc, use: this.#newUse() })
    this.#cache.set(newId, bytes, bytes.byteLength)
    return { blobId: newId, bytes, replaces: replacedId }
  }

  letGo(blobIds: readonly string[]): void {
    for (const blobId of blobIds) this.#leaving.letGo(blobId)
  }

  async insert(tx: Transaction, { blobId, bytes, replaces }: InlineBytes): Promise<void> {
    const { id, sizeBytes } = readInlineId(blobId)!
    if (replaces === undefined) {
      await insertRow(tx, { id, blob_id: blobId, size_bytes: sizeBytes, bytes })
    } else await replaceRow(tx, { blob_id: blobId, size_bytes: sizeBytes, bytes }, id)
  }

  /** Says that bytes are there, as they were `taken` or in the row of others. */
  committed(taken: InlineBytes, { replaces }: InlineBytes): void {
    if (replaces === undefined) return
    this.#cache.delete(taken.blobId)
    this.#cache.delete(replaces)
    this.#release(readInlineId(replaces)!.sizeBytes + rowBytes)
  }

  /** The bytes, which are checked and may be shared: never write to them. Errors: `BlobMissing`, `BlobCorrupt`. */
  async read(blobId: string, range?: BlobRange): Promise<Buffer> {
    const bytes = this.#known(blobId) ?? (await this.#readRow(blobId))
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
    const removed = blobIds.flatMap((blobId) => {
      const id = readInlineId(blobId)
      return id ? [{ blobId, ...id }] : []
    })
    if (removed.length === 0) return
    for (const { blobId } of removed) this.#cache.delete(blobId)
    await this.#database.optimistic(async (tx) => {
      for (const { id, blobId } of removed) await deleteRow(tx, id, blobId)
    })
    this.#release(removed.reduce((sum, { sizeBytes }) => sum + sizeBytes + rowBytes, 0))
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
    const bytes = id && (await this.#find(blobId, id))
    if (!bytes) return { state: 'missing', sizeBytes: 0 }
    return isWhole(bytes, id)
      ? { state: 'whole', sizeBytes: bytes.length }
      : { state: 'corrupt', sizeBytes: 0 }
  }

  #known(blobId: string): Buffer | undefined {
    return this.#cache.get(blobId) ?? this.#leaving.get(blobId)
  }

  async #readRow(blobId: string): Promise<Buffer> {
    const id = readInlineId(blobId)
    const bytes = id && (await this.#find(blobId, id))
    if (!bytes) throw ObjectErrors.BlobMissing(`the blob ${blobId} is missing`, { blobId })
    if (!isWhole(bytes, id)) throw corrupt(blobId)
    this.#cache.set(blobId, bytes, bytes.byteLength)
    return bytes
  }

  async #findWhole(blobId: string, id: InlineId): Promise<Buffer | undefined> {
    const bytes = await this.#find(blobId, id)
    return bytes && isWhole(bytes, id) ? bytes : undefined
  }

  /** What is committed under this id; its row may hold another blob by now. */
  async #find(blobId: string, { id }: InlineId): Promise<Buffer | undefined> {
    const [row] = await bytesOf(this.#database, id, blobId)
    return row && Buffer.from(row.bytes.buffer, row.bytes.byteOffset, row.bytes.byteLength)
  }

  #newUse(): number {
    this.#nextUse = (this.#nextUse + 1) % usesMax
    return this.#nextUse
  }

  /** A removal that runs twice, after a crash between, counts twice. */
  #release(sizeBytes: number): void {
    this.#heldBytes = Math.max(0, this.#heldBytes - sizeBytes)
  }
}

function isWhole(bytes: Uint8Array, { sizeBytes, crc }: InlineId): boolean {
  return bytes.byteLength === sizeBytes && crc32(bytes) === crc
}

const bytesOf = prepared((db: Kysely<ObjectTables>, id: number, blobId: string) =>
  db.selectFrom('object_inline').select('bytes').where('id', '=', id).where('blob_id', '=', blobId),
)

const insertRow = prepared((db: Kysely<ObjectTables>, row: InlineRow) =>
  db.insertInto('object_inline').values(row),
)

const replaceRow = prepared((db: Kysely<ObjectTables>, row: Omit<InlineRow, 'id'>, id: number) =>
  db.updateTable('object_inline').set(row).where('id', '=', id),
)

/** Its row may hold another blob by now. */
const deleteRow = prepared((db: Kysely<ObjectTables>, id: number, blobId: string) =>
  db.deleteFrom('object_inline').where('id', '=', id).where('blob_id', '=', blobId),
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

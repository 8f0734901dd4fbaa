import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { LakeError, TooLargeError, collect, isLakeError } from '#kit'
import type { Objects } from '#storage/objects'
import { TableErrors } from './errors.ts'
import { parseTableMetadata } from './format/metadata.ts'
import type { TableMetadata } from './format/types.ts'
import { parseLocation } from './location.ts'

const gunzipAsync = promisify(gunzip)
const metadataBytesMax = 256 * 1024 * 1024
/** Of metadata text; the parsed form takes some times as much. */
const cacheBytesMax = 32 * 1024 * 1024

/** A table's metadata as it stands in a file. */
export interface MetadataFile {
  readonly location: string
  readonly metadata: TableMetadata
}

/** Reads the files of tables from the object store, on behalf of an account. */
export interface TableFiles {
  /** Error: `MetadataUnreadable`, which names the file; those of the metadata itself likewise. */
  readMetadata(accountId: string, location: string): Promise<MetadataFile>
  /** What was just written there, with the ETag that it has: it need not be read again. */
  remember(accountId: string, file: MetadataFile, etag: string, sizeBytes: number): void
  /** The whole of a file. Errors: those of the object store. */
  read(accountId: string, location: string, bytesMax: number): Promise<Buffer>
}

export function createTableFiles(objects: Pick<Objects, 'head' | 'read'>): TableFiles {
  const cache = new MetadataCache()

  const read = async (accountId: string, location: string, bytesMax: number) =>
    collect(await objects.read({ accountId, ...parseLocation(location) }), bytesMax)

  const readMetadata = async (accountId: string, location: string): Promise<MetadataFile> => {
    try {
      // Files are not meant to change, yet nothing hinders their owner: the ETag tells.
      const { etag } = await objects.head({ accountId, ...parseLocation(location) })
      const key = `${accountId}/${location}/${etag}`
      const known = cache.get(key)
      if (known) return known
      const bytes = await unpack(await read(accountId, location, metadataBytesMax))
      const file = { location, metadata: parseTableMetadata(bytes.toString()) }
      cache.set(key, file, bytes.length)
      return file
    } catch (error) {
      throw unreadable(location, error)
    }
  }
  return {
    readMetadata,
    remember: (accountId, file, etag, sizeBytes) =>
      cache.set(`${accountId}/${file.location}/${etag}`, file, sizeBytes),
    read,
  }
}

/** The entity tag of a table as it stands in this file. */
export function metadataEtag(location: string): string {
  return createHash('sha256').update(location).digest('hex').slice(0, 32)
}

async function unpack(bytes: Buffer): Promise<Buffer> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
  return isGzip ? gunzipAsync(bytes, { maxOutputLength: metadataBytesMax }) : bytes
}

function unreadable(location: string, error: unknown): unknown {
  if (isLakeError(error, 'UnsupportedFormat')) {
    return TableErrors.UnsupportedFormat(`${error.message} (${location})`)
  }
  if (error instanceof LakeError && error.kind !== 'internal') {
    return TableErrors.MetadataUnreadable(
      `Cannot read the table metadata ${location}: ${error.message}`,
      { location },
      error,
    )
  }
  if (error instanceof TooLargeError || (error as NodeJS.ErrnoException).code?.startsWith('Z_')) {
    return TableErrors.MetadataUnreadable(
      `Cannot read the table metadata ${location}: it is too large or not valid gzip`,
      { location },
      error,
    )
  }
  return error
}

/** The files read last, as many as fit. */
class MetadataCache {
  readonly #files = new Map<string, { readonly file: MetadataFile; readonly sizeBytes: number }>()
  #sizeBytes = 0

  get(key: string): MetadataFile | undefined {
    const known = this.#files.get(key)
    if (!known) return undefined
    this.#files.delete(key)
    this.#files.set(key, known)
    return known.file
  }

  set(key: string, file: MetadataFile, sizeBytes: number): void {
    if (sizeBytes > cacheBytesMax || this.#files.has(key)) return
    this.#files.set(key, { file, sizeBytes })
    this.#sizeBytes += sizeBytes
    for (const [oldest, entry] of this.#files) {
      if (this.#sizeBytes <= cacheBytesMax) return
      this.#files.delete(oldest)
      this.#sizeBytes -= entry.sizeBytes
    }
  }
}

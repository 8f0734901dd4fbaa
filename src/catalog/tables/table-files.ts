import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { BoundedCache, LakeError, TooLargeError, collect, isLakeError } from '#kit'
import type { Objects } from '#storage/objects'
import { TableErrors } from './errors.ts'
import { parseTableMetadata } from './format/metadata.ts'
import type { TableMetadata } from './format/types.ts'
import { parseLocation } from './location.ts'

const gunzipAsync = promisify(gunzip)
const metadataBytesMax = 256 * 1024 * 1024
const mib = 1024 * 1024
/** Of metadata text; the parsed form takes some times as much. */
const cacheBounds = { countMax: 10_000, lengthMax: 32 * mib, lengthEachMax: 32 * mib }

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
  /** Of files that were read or written, by account, place and ETag. */
  const cache = new BoundedCache<string, MetadataFile>(cacheBounds)

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

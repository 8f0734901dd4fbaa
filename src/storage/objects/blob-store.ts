import type { Readable } from 'node:stream'

/** Bytes that are written once and never changed. Ids are made here, opaque, safe in file names. */
export interface BlobStore extends AsyncDisposable {
  /** The run of the server that this store's new ids carry: the first characters after the shard. */
  readonly epoch: string
  /** A folder on the store's own disk for files that `adopt` takes over. */
  readonly temporaryFolder: string

  /**
   * Writes a blob from chunks, in order, each taken before the next is asked for. Resolves when the bytes are
   * durable. If the source throws, nothing is kept. Errors: `DiskFull`.
   */
  write(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<BlobWritten>
  /**
   * Makes a finished file under `temporaryFolder` a blob, by moving it, durable when this resolves. It is read once, unless whoever wrote it
   * knows what it holds.
   */
  adopt(path: string, known?: FileDigest): Promise<BlobAdopted>
  /** A second blob with the same bytes, without reading them where the store can. */
  duplicate(blobId: string): Promise<string>
  /**
   * Opens a blob: once this has resolved, removing the blob does not disturb the reader. `start` and `end` are the first
   * and last byte, both included. A blob that is read whole is checked: the stream fails with `BlobCorrupt` before its end
   * when its bytes are not those that were written. Errors: `BlobMissing`, `BlobCorrupt`.
   */
  open(blobId: string, range?: BlobRange): Promise<Readable>
  /**
   * The bytes at once where that costs less than a stream; undefined when the blob should be opened. They may be shared
   * with other readers: never write to them. Errors: `BlobMissing`, `BlobCorrupt`.
   */
  read?(blobId: string, range?: BlobRange): Promise<Uint8Array | undefined>
  /** Makes `path`, which must not be there, a file with the blob's bytes that lives on its own. */
  link(blobId: string, path: string): Promise<void>
  /** Removes blobs; those that are not there are no error. */
  remove(blobIds: readonly string[]): Promise<void>
  /**
   * Every blob there is, in pages of any size, with the epoch it was made in. An id may lack its end, where the store knows that only
   * from the id itself: `unnamed` and all operations here take it all the same.
   */
  scan(): AsyncIterable<readonly { readonly blobId: string; readonly epoch: string }[]>
  /** Reads a blob through and compares it with its checksum. */
  verify(blobId: string): Promise<BlobVerdict>
  /** As `verify`, without reading: `unchecked` is one that is there. Undefined where reading costs nothing but time. */
  probe?(blobId: string): Promise<BlobVerdict | undefined>
  /** Gives the space of removed blobs back, where `remove` has not done so. */
  compact?(signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** `unchecked` is a blob that is there and has no checksum of its own: a file that was taken over. */
export interface BlobVerdict {
  readonly state: 'whole' | 'unchecked' | 'missing' | 'corrupt'
  readonly sizeBytes: number
}

/** First and last byte, both included; the last may lie behind the end. */
export interface BlobRange {
  readonly start: number
  readonly end: number
  /** The length that the blob must have; another is `BlobCorrupt`. */
  readonly sizeBytes?: number
}

export interface BlobWritten {
  readonly blobId: string
  readonly sizeBytes: number
}

export interface BlobAdopted extends BlobWritten, FileDigest {}

/** What a file holds: its length, and the CRC-32 of its bytes. */
export interface FileDigest {
  readonly sizeBytes: number
  readonly crc: number
}

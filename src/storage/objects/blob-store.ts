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
  /** Makes a finished file under `temporaryFolder` a blob, by moving it; durable when it resolves. */
  adopt(path: string): Promise<BlobWritten>
  /** A second blob with the same bytes, without reading them where the store can. */
  duplicate(blobId: string): Promise<string>
  /**
   * Opens a blob: once this has resolved, removing the blob does not disturb the reader. `start` and `end` are the first
   * and last byte, both included. Errors: `BlobMissing`.
   */
  open(blobId: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>
  /** Makes `path`, which must not be there, a file with the blob's bytes that lives on its own. */
  link(blobId: string, path: string): Promise<void>
  /** Removes blobs; those that are not there are no error. */
  remove(blobIds: readonly string[]): Promise<void>
  /** Every blob there is, in pages of any size, with the epoch it was made in. */
  scan(): AsyncIterable<readonly { readonly blobId: string; readonly epoch: string }[]>
  close(): Promise<void>
}

export interface BlobWritten {
  readonly blobId: string
  readonly sizeBytes: number
}

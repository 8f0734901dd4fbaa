import type { Readable } from 'node:stream'
import type { Transaction } from '#platform/database'
import type { FileDigest } from './blob-store.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import type {
  EncryptionRecord,
  EncryptionRequest,
  PermitKey,
} from './encryption/object-encryption.ts'
import type { InlineBytes } from './inline/inline-blobs.ts'

/** Bytes that are durable in the blob store and that no row names yet. Unpublished ones are swept. */
export interface StagedBlob {
  readonly blobId: string
  readonly sizeBytes: number
  readonly etag: string
  /** Of all the bytes, base64. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string }
  /** Undefined when the bytes lie there plain. */
  readonly encryption?: EncryptionRecord
  /** Bytes that become durable with the transaction that publishes them (`StageTarget.withRow`). */
  readonly inlined?: InlineBytes
}

export interface PublishInput {
  readonly accountId: string
  readonly bucket: string
  readonly key: string
  readonly blob: StagedBlob
  readonly contentType?: string
  readonly contentEncoding?: string
  readonly userMetadata?: Readonly<Record<string, string>>
  /** Undefined for `STANDARD`. To be told when the blob is staged, too. */
  readonly storageClass?: string | undefined
}

/** An object's current version, as the rest of the lake needs it. */
export interface ObjectInfo {
  readonly bucket: string
  readonly key: string
  readonly versionId: string | undefined
  readonly sizeBytes: number
  readonly etag: string
  readonly lastModifiedMs: number
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
}

export interface ListInput {
  readonly accountId: string
  readonly bucket: string
  readonly prefix: string
  readonly delimiter?: string
  /** Keys strictly after this one (by UTF-8 bytes). */
  readonly after?: string
  /** At most this many objects and common prefixes together; 1 to 10,000. */
  readonly limit: number
}

export interface ListPage {
  readonly objects: readonly ObjectInfo[]
  readonly commonPrefixes: readonly string[]
  /** Give it as `after` for the next page; undefined at the end. */
  readonly next: string | undefined
}

/** An object as a file of this machine. */
export interface LocalFile {
  readonly path: string
  /** Its bytes may stay a moment longer, and its path is the same for whoever asks for them meanwhile. */
  readonly isKept: boolean
  release(): Promise<void>
}

/**
 * What the other layers use of the object store. Every call names the account on whose behalf it
 * works; a bucket of another account is `AccessDenied`, one that is not there `NoSuchBucket`.
 */
export interface Objects {
  /** Writes bytes durably (but see `withRow`), without a name, encrypted as objects of the target are. The ETag is their MD5, unless KMS has the key. Errors: `DiskFull`. */
  stage(
    source: Uint8Array | Readable | AsyncIterable<Uint8Array>,
    target: StageTarget,
  ): Promise<StagedBlob>
  /**
   * Takes over a finished local file (moved, fsynced); it must lie under `temporaryFolder`. Of its bytes only the CRC-32 is computed:
   * the ETag is one of its own, in the form of multipart uploads, which nobody takes for an MD5. `known` is what it holds, of one that was
   * written a moment ago.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
   */
  stageFile(path: string, target: StageTarget, known?: FileDigest): Promise<StagedBlob>
  /** Gives a staged blob its name, in the caller's transaction: visible when that commits. */
  publish(tx: Transaction, input: PublishInput): Promise<ObjectInfo>
  /** Frees a staged blob that will not be published. */
  discard(blob: StagedBlob): Promise<void>
  /** `stage` and `publish` in one. */
  put(
    input: Omit<PublishInput, 'blob'> & StageTarget,
    source: Uint8Array | Readable,
  ): Promise<ObjectInfo>
  /** Whether there is such a bucket, of this account. Errors: `NoSuchBucket`, `AccessDenied`. */
  checkBucket(accountId: string, bucket: string): Promise<void>
  head(ref: ObjectRef): Promise<ObjectInfo>
  /** The bytes as a stream; of `range` only: first and last byte, both included, as in HTTP (`end` may lie past the object's end). */
  read(ref: ObjectRef, range?: ReadRange): Promise<Readable>
  /**
   * `head` and `read` in one, of one version: `choose` is told what the object is and says which of its bytes are wanted. They come in
   * one piece where that is cheaper than a stream; never write to them.
   */
  open(
    ref: ObjectRef,
    choose: (info: ObjectInfo) => ReadRange,
  ): Promise<{ readonly info: ObjectInfo; readonly body: Uint8Array | Readable }>
  list(input: ListInput): Promise<ListPage>
  delete(ref: ObjectRef): Promise<void>
  /**
   * A local file that holds exactly the object's bytes, for the engine to read in place. It stays
   * readable until `release` even when the object is deleted meanwhile. Never write to it.
   */
  localFile(ref: ObjectRef): Promise<LocalFile>
  /** The same of many, in their order, for less; all of them or, when one fails, none. One release is for all. */
  localFiles(refs: readonly ObjectRef[]): Promise<{
    readonly files: readonly Omit<LocalFile, 'release'>[]
    release(): Promise<void>
  }>
  /** A folder on the blob store's own disk for files that `stageFile` will take over. */
  readonly temporaryFolder: string
}

/** First and last byte, both included. */
export interface ReadRange {
  readonly start: number
  readonly end: number
}

/** What a staged blob will be published as. */
export interface StageTarget extends Pick<
  PublishInput,
  'accountId' | 'bucket' | 'key' | 'storageClass'
> {
  /** Other than the bucket has it. Errors of whoever names a key: `KmsNotFound`, `KmsDisabled`, `KmsInvalidState`. */
  readonly encryption?: EncryptionRequest
  /** Asked before a KMS key encrypts for somebody; else it is the lake itself that writes. Error: `AccessDenied`. */
  readonly permitKey?: PermitKey
  /**
   * What is small may become durable with the transaction that publishes it, and not before: one fsync in the place of two. For who
   * publishes at once, and acknowledges nothing before that.
   */
  readonly withRow?: boolean
}

export interface ObjectRef {
  readonly accountId: string
  readonly bucket: string
  readonly key: string
  readonly versionId?: string
  /** The key of an object that the client encrypted with his own (SSE-C). */
  readonly customerKey?: Uint8Array
  /** Asked before a KMS key decrypts for somebody; else it is the lake itself that reads. Error: `AccessDenied`. */
  readonly permitKey?: PermitKey
}

import type { Readable } from 'node:stream'
import type { Annotations } from './annotations.ts'
import type { Buckets } from './buckets.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import type { WriteConditions } from './conditions.ts'
import type { CopyInput } from './copying.ts'
import type { Expected } from './digest.ts'
import type { EncryptionRequest, PermitKey } from './encryption/object-encryption.ts'
import type { Integrity, IntegrityOptions } from './integrity.ts'
import type { GroupedPage } from './grouped-listing.ts'
import type { Expiry } from './lifecycle/expiry.ts'
import type { CurrentPage, ListCurrentInput } from './listing.ts'
import type { Cause } from './notifications/object-event.ts'
import type { ObjectRef, Objects } from './objects.ts'
import type { ByteRange } from './ranges.ts'
import type { BucketSettings } from './settings.ts'
import type { ByteSource } from './staging.ts'
import type { PartRow, UploadRow, VersionRow } from './tables.ts'
import type { Tiering } from './tiering/tiering.ts'
import type { ListUploadsInput } from './upload-listing.ts'
import type { Uploads } from './uploads.ts'
import type { BucketUsage } from './usage/usage.ts'
import type { ListVersionsInput } from './version-listing.ts'
import type { ObjectAttributes, Removed, RemoveVersion } from './versions.ts'

export interface PutObjectInput {
  readonly accountId: string
  readonly bucket: string
  readonly key: string
  readonly attributes: ObjectAttributes
  /** The checksum to keep; the default of S3 when not given. */
  readonly algorithm?: ChecksumAlgorithm
  readonly expected?: Expected
  readonly conditions?: WriteConditions
  /** Else as the bucket says, else as the store does by default. */
  readonly encryption?: EncryptionRequest
  readonly permitKey?: PermitKey
  /** Through a form of a browser; else by a plain PUT. */
  readonly how?: 'Post'
  readonly cause?: Cause
}

/** The whole object store, as its own front (S3) needs it. The other layers use `Objects`. */
export interface ObjectStore extends Objects, AsyncDisposable {
  readonly buckets: Buckets
  readonly settings: BucketSettings
  /**
   * What `read` makes of the rows and settings of buckets, and of nothing else, kept under the name until any of them changes. It is shared:
   * nobody may change it. `lengthOf` is about how much memory it takes, in characters.
   */
  keptOfBucket<R>(
    name: string,
    read: () => Promise<R>,
    lengthOf?: (answer: R) => number,
  ): R | Promise<R>
  readonly uploads: Uploads
  readonly annotations: Annotations
  /** Storage classes: restores, and the work that is due by the clock. */
  readonly tiering: Pick<Tiering, 'restore' | 'settle' | 'accesses'>

  /** Errors: `NoSuchBucket`, `AccessDenied`, `NoSuchKey`, `NoSuchVersion`, `InvalidArgument`, `MethodNotAllowed`. */
  find(ref: ObjectRef): Promise<VersionRow>
  /** Durable when it resolves. Errors: those of staging, `PreconditionFailed`, `KeyTooLong`, … */
  putObject(input: PutObjectInput, source: ByteSource): Promise<VersionRow>
  /**
   * Finds a version and opens it. `choose` sees the row first: it may refuse, ask for a range, or for no body at all.
   */
  openObject(
    ref: ObjectRef,
    choose: (row: VersionRow) => Promise<ByteRange | undefined> | ByteRange | undefined,
  ): Promise<{ readonly row: VersionRow; readonly body: Readable }>
  /** As `openObject`; a small body comes as bytes, which may be shared: never write to them. */
  readObject(
    ref: ObjectRef,
    choose: (row: VersionRow) => Promise<ByteRange | undefined> | ByteRange | undefined,
  ): Promise<{ readonly row: VersionRow; readonly body: Readable | Uint8Array }>
  /** Changes before what can be read of this object, or of the settings of any bucket, does; NaN where nobody knows. */
  generation(object: { readonly bucket: string; readonly key: string }): number
  /** Whether objects are encrypted where neither request nor bucket says so. */
  readonly encryptsByDefault: boolean
  /** Refuses a customer's key that is not the object's: `InvalidRequest`, `AccessDenied`. */
  checkCustomerKey(row: VersionRow, customerKey: Uint8Array | undefined): Promise<void>
  copyObject(input: CopyInput): Promise<{ readonly source: VersionRow; readonly copy: VersionRow }>
  remove(input: Omit<RemoveVersion, 'nowMs'>): Promise<Removed>
  /** Deletes each as `remove` does; an error of one stands in its place. */
  removeMany(
    inputs: readonly Omit<RemoveVersion, 'nowMs'>[],
  ): Promise<readonly PromiseSettledResult<Removed>[]>
  /** Changes what may change of a version: its tags, its access control list, its lock. */
  update(
    ref: ObjectRef,
    change: (
      row: VersionRow,
      nowMs: number,
    ) => Partial<Pick<VersionRow, 'tags' | 'acl' | 'lock_mode' | 'lock_until_ms' | 'legal_hold'>>,
    /** The event that tells of it: `ObjectTagging:Put`, `ObjectAcl:Put`, … */
    event?: { readonly name: string; readonly cause: Cause },
  ): Promise<VersionRow>
  /**
   * Seals the data key of an encrypted version anew: its bytes stay. Errors: those of `find`, `InvalidRequest` (it is plain, or
   * under a client's key), `AccessDenied` (locked, or the KMS key), `KmsNotFound`, `KmsDisabled`, `KmsInvalidState`.
   */
  reseal(ref: ObjectRef, encryption: EncryptionRequest, permit: PermitKey): Promise<void>
  /** The parts of an object that came by multipart upload: those that hold bytes of `range`, or all. */
  partsOf(row: VersionRow, range?: ByteRange): Promise<readonly PartRow[]>

  listCurrent(input: ListCurrentInput & { readonly accountId: string }): Promise<CurrentPage>
  listVersions(
    input: ListVersionsInput & { readonly accountId: string },
  ): Promise<GroupedPage<VersionRow>>
  listUploads(
    input: ListUploadsInput & { readonly accountId: string },
  ): Promise<GroupedPage<UploadRow>>

  /** When the lifecycle rules take a current version away, as an answer about it tells; at once when they are known. */
  expiryOf(row: VersionRow): Expiry | undefined | Promise<Expiry | undefined>
  /** Does what the lifecycle rules of the buckets say is due by the clock. Run it now and then. */
  applyLifecycle(signal?: AbortSignal): Promise<void>
  /** Removes deleted blobs, and what former runs staged and never published. Run it at start and now and then. */
  sweep(signal?: AbortSignal): Promise<void>
  /** What an account's buckets hold, by name. */
  usage(accountId: string): Promise<readonly BucketUsage[]>
  /** Counts what buckets hold anew; answers those whose figures were wrong. For a store at rest. */
  recount(options?: { readonly repair?: boolean }): Promise<readonly string[]>
  /** Reads every blob through, and compares blobs with rows. Only of a store at rest is what no row names an orphan. */
  check(options?: IntegrityOptions): Promise<Integrity>
  /** Reads slowly through what rows name, and says in the log what is damaged. Run it now and then. */
  scrub(signal?: AbortSignal): Promise<void>
  close(): Promise<void>
}

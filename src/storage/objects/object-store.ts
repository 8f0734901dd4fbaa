import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { isLakeError, type Clock, type Logger } from '#kit'
import type { Database } from '#platform/database'
import { createAnnotations, type Annotations } from './annotations.ts'
import { getBucketRow } from './bucket-rows.ts'
import { createBuckets, type Buckets } from './buckets.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import type { WriteConditions } from './conditions.ts'
import { copyObject, type CopyInput } from './copying.ts'
import { Digester, type Expected } from './digest.ts'
import {
  ObjectEncryption,
  etagOf,
  recordOf,
  type Encryption,
  type EncryptionKeys,
  type EncryptionRequest,
  type PermitKey,
} from './encryption/object-encryption.ts'
import { reseal } from './encryption/resealing.ts'
import { sealChunks } from './encryption/sealed-blob.ts'
import { findVersion } from './finding.ts'
import { Garbage } from './garbage.ts'
import { Expiries, type Expiry } from './lifecycle/expiry.ts'
import { applyLifecycle } from './lifecycle/lifecycle.ts'
import { limits } from './limits.ts'
import { listCurrent, type CurrentPage, type ListCurrentInput } from './listing.ts'
import { LocalFiles } from './local-files.ts'
import { checkKey } from './names.ts'
import type { ObjectInfo, ObjectRef, Objects, PublishInput, StagedBlob } from './objects.ts'
import { tellOf, type Cause } from './notifications/object-event.ts'
import { openPlaces, type PlacesOptions } from './places/opening.ts'
import type { PlacedBlobs } from './places/placed-blobs.ts'
import type { ByteRange } from './ranges.ts'
import { publishing } from './publishing.ts'
import { checkIntegrity, type Integrity, type IntegrityOptions } from './integrity.ts'
import { ReadCache } from './read-cache.ts'
import { openVersion, partsBetween, readVersion } from './reading.ts'
import { createBucketSettings, type BucketSettings } from './settings.ts'
import { defaultChecksum, stageBytes, type ByteSource, type Staged } from './staging.ts'
import { restoredBlobs } from './tiering/restored-blobs.ts'
import { sweepFormerRuns } from './sweeping.ts'
import type { ObjectTables, PartRow, VersionRow } from './tables.ts'
import { Tiering } from './tiering/tiering.ts'
import { checkReadable, tierOfClass } from './tiering/storage-classes.ts'
import { listUploads, type ListUploadsInput, type UploadEntry } from './upload-listing.ts'
import { createUploads, type Uploads } from './uploads.ts'
import { recountUsage, usageOf, type BucketUsage } from './usage/usage.ts'
import { listVersions, type ListVersionsInput, type VersionEntry } from './version-listing.ts'
import { nullVersionId } from './version-ids.ts'
import {
  insertVersion,
  removeVersion,
  type NewVersion,
  type ObjectAttributes,
  type Removed,
  type RemoveVersion,
} from './versions.ts'

/** Rows that are kept for the next reader while nothing is committed. */
const rowsCachedMax = 10_000
/** What the background check may take of the disk. */
const scrubBytesPerSecondMax = 16 * 1024 * 1024

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
  /** Tells of each bucket that is made, deleted, or given other settings: after the commit, before the answer. */
  onBucketChange(listener: (bucket: string) => void): void
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
  ): Promise<{ readonly entries: readonly VersionEntry[]; readonly truncated: boolean }>
  listUploads(
    input: ListUploadsInput & { readonly accountId: string },
  ): Promise<{ readonly entries: readonly UploadEntry[]; readonly truncated: boolean }>

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

/** Where the bytes lie, when not all in the store's own folder. */
export type ObjectPlaces = Pick<PlacesOptions, 'hot' | 'cold' | 'hasColdRoom' | 'cacheBytesMax'>

/**
 * Opens the object store on a folder of the local disk, and the places that are given. The database must have had `migrations`. Errors:
 * those of `openPlaces`.
 */
export async function createObjectStore(options: {
  readonly database: Database
  /** For the bytes, and for files that the engine reads; made when it is not there. */
  readonly folder: string
  readonly clock: Clock
  readonly log: Logger
  /** Whether so many more bytes may be written; objects are refused with `DiskFull` when not. */
  readonly hasRoom?: (sizeBytes: number) => boolean
  readonly places?: ObjectPlaces
  /** Needed for all encryption but that with keys of clients. */
  readonly keys?: EncryptionKeys
  /** Encrypt (SSE-S3) what neither its request nor its bucket wants otherwise. */
  readonly encryptByDefault?: boolean
}): Promise<ObjectStore> {
  const { database, clock, log } = options
  const { folder, hasRoom, places = { cacheBytesMax: 0 } } = options
  const blobs = await openPlaces({
    ...places,
    database,
    folder,
    log,
    ...(hasRoom ? { hasRoom } : {}),
  })
  const local = await LocalFiles.open(options.folder)
  const garbage = new Garbage(database, blobs, log)
  await database.transaction(async (tx) => {
    await tx
      .tables<ObjectTables>()
      .insertInto('object_epochs')
      .values({ epoch: blobs.epoch, started_ms: clock.now() })
      .execute()
  })
  const encryption = new ObjectEncryption(database, options.keys, options.encryptByDefault ?? false)
  const parts = { database, blobs, garbage, clock, log, encryption }
  const tiering = new Tiering(parts)
  const toRead = (row: VersionRow) => {
    checkReadable(row, clock.now())
    tiering.accesses.note(row)
  }
  const listeners: ((bucket: string) => void)[] = []
  const expiries = new Expiries(database)
  const onChange = (bucket: string) => {
    expiries.forget(bucket)
    listeners.forEach((listener) => listener(bucket))
  }
  const reads = new ReadCache(database, rowsCachedMax)
  const buckets = createBuckets({
    database,
    reads,
    clock,
    onGarbage: () => garbage.expect(),
    onChange,
  })

  const findAndOpen: ObjectStore['openObject'] = (ref, choose) =>
    garbage.lookUp(async () => {
      const row = await findVersion(database, ref)
      const range = await choose(row)
      toRead(row)
      const dataKey = await encryption.dataKeyOf(row, ref.customerKey)
      return { row, body: await naming(log, row, openVersion(parts, row, range, dataKey)) }
    })
  const findAndRead: ObjectStore['readObject'] = (ref, choose) =>
    garbage.lookUp(async () => {
      const row =
        ref.versionId === undefined
          ? await reads.get(`object ${ref.accountId} ${ref.bucket} ${ref.key}`, () =>
              findVersion(database, ref),
            )
          : await findVersion(database, ref)
      const range = await choose(row)
      toRead(row)
      const dataKey = await encryption.dataKeyOf(row, ref.customerKey)
      const bytes = await naming(log, row, readVersion(blobs, row, range))
      if (bytes) return { row, body: bytes }
      return { row, body: await naming(log, row, openVersion(parts, row, range, dataKey)) }
    })
  const checkBucket = (accountId: string, name: string) => buckets.get(accountId, name)
  const rows = database.tables<ObjectTables>()

  const putObject: ObjectStore['putObject'] = async (input, source) => {
    checkKey(input.key)
    await checkBucket(input.accountId, input.bucket)
    const algorithm = input.algorithm ?? defaultChecksum
    const encrypted = await encryption.begin(input, input.encryption, input.permitKey)
    const target = blobs.into(tierOfClass(input.attributes.storageClass))
    const staged = await stageBytes(target, source, {
      algorithms: [algorithm],
      sizeBytesMax: limits.putSizeBytesMax,
      encryption: encrypted,
      ...(input.expected ? { expected: input.expected } : {}),
    })
    return publishing(parts, staged.blobId, () =>
      database.transaction((tx) =>
        insertVersion(tx, {
          accountId: input.accountId,
          bucket: input.bucket,
          key: input.key,
          attributes: input.attributes,
          content: {
            sizeBytes: staged.sizeBytes,
            etag: etagOf(staged.md5, encrypted),
            ...(encrypted ? { encryption: encrypted.record } : {}),
            blobId: staged.blobId,
            checksum: { algorithm, type: 'FULL_OBJECT', value: staged.checksums[algorithm]! },
          },
          ...(input.conditions ? { conditions: input.conditions } : {}),
          created: { how: input.how ?? 'Put', cause: input.cause },
          nowMs: clock.now(),
        }),
      ),
    )
  }

  const stage: Objects['stage'] = async (source, target) => {
    const encrypted = await encryption.begin(target, target.encryption)
    const staged = await stageBytes(blobs, source, {
      algorithms: [defaultChecksum],
      sizeBytesMax: limits.objectSizeBytesMax,
      encryption: encrypted,
    })
    return stagedBlob(staged, encrypted)
  }

  const stageFile: Objects['stageFile'] = async (path, target) => {
    const encrypted = await encryption.begin(target, target.encryption)
    const digester = await Digester.create([defaultChecksum])
    let crc = 0
    const chunks = async function* () {
      for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
        digester.update(chunk as Uint8Array)
        crc = crc32(chunk as Uint8Array, crc)
        yield chunk as Uint8Array
      }
    }
    if (encrypted) {
      const { blobId } = await blobs.write(sealChunks(encrypted.dataKey, chunks()))
      await rm(path)
      return stagedBlob({ blobId, ...digester.end() }, encrypted)
    }
    for await (const _ of chunks());
    const { blobId } = await blobs.adopt(path, crc)
    return stagedBlob({ blobId, ...digester.end() }, undefined)
  }

  const publish: Objects['publish'] = async (tx, input) => {
    const row = await insertVersion(tx, toNewVersion(input, clock.now()))
    garbage.expect()
    return toInfo(row)
  }

  const remove: ObjectStore['remove'] = async (input) => {
    const removed = await database.transaction((tx) =>
      removeVersion(tx, { ...input, nowMs: clock.now() }),
    )
    garbage.expect()
    return removed
  }

  const close = async () => {
    await tiering.close()
    await garbage.close()
    await local.close()
    await blobs.close()
  }

  return {
    buckets,
    settings: createBucketSettings(database, onChange),
    onBucketChange: (listener) => void listeners.push(listener),
    tiering,
    annotations: createAnnotations(parts),
    expiryOf: (row) => expiries.of(row),
    uploads: createUploads({ database, blobs, clock, garbage, encryption }),
    encryptsByDefault: encryption.byDefault,
    checkCustomerKey: async (row, customerKey) => {
      const isCustomers = recordOf(row)?.mode === 'customer'
      if (isCustomers || customerKey) await encryption.dataKeyOf(row, customerKey)
    },
    temporaryFolder: blobs.temporaryFolder,

    find: (ref) => findVersion(database, ref),
    putObject,
    openObject: findAndOpen,
    readObject: findAndRead,
    copyObject: (input) => copyObject(parts, input),
    remove,
    removeMany: (inputs) => Promise.allSettled(inputs.map(remove)),
    update: (ref, change, event) =>
      database.transaction(async (tx) => {
        const row = await findVersion(tx, ref)
        const nowMs = clock.now()
        const values = change(row, nowMs)
        await tx
          .tables<ObjectTables>()
          .updateTable('object_versions')
          .set(values)
          .where('bucket', '=', row.bucket)
          .where('key', '=', row.key)
          .where('age_rank', '=', row.age_rank)
          .execute()
        if (event) {
          const bucket = await getBucketRow(tx, ref.accountId, ref.bucket)
          await tellOf(tx, bucket, { ...event, object: row, nowMs })
        }
        return { ...row, ...values }
      }),
    reseal: (ref, request, permit) => reseal(parts, ref, request, permit),
    partsOf: async (row, range) =>
      row.upload_id === null ? [] : partsBetween(database, row.upload_id, range),

    listCurrent: async (input) => {
      await checkBucket(input.accountId, input.bucket)
      return listCurrent(rows, input)
    },
    listVersions: async (input) => {
      await checkBucket(input.accountId, input.bucket)
      return listVersions(rows, input)
    },
    listUploads: async (input) => {
      await checkBucket(input.accountId, input.bucket)
      return listUploads(rows, input)
    },

    stage,
    stageFile,
    publish,
    discard: (blob) => blobs.remove([blob.blobId]),
    put: async (input, source) => {
      await checkBucket(input.accountId, input.bucket)
      const blob = await stage(source, input)
      return publishing(parts, blob.blobId, () =>
        database.transaction((tx) => publish(tx, { ...input, blob })),
      )
    },
    head: async (ref) => toInfo(await findVersion(database, ref)),
    read: async (ref, range) => (await findAndOpen(ref, () => range)).body,
    list: async ({ accountId, ...input }) => {
      await checkBucket(accountId, input.bucket)
      const page = await listCurrent(rows, input)
      const last = page.entries.at(-1)
      return {
        objects: page.entries.flatMap((entry) => (entry.row ? [toInfo(entry.row)] : [])),
        commonPrefixes: page.entries.flatMap((entry) => entry.prefix ?? []),
        next: page.truncated ? (last?.prefix ?? last?.row?.key) : undefined,
      }
    },
    delete: async (ref) => void (await remove(ref)),
    localFile: (ref) => localFile(parts, local, ref, toRead),

    applyLifecycle: async (signal) => {
      await applyLifecycle(parts, signal)
      garbage.expect()
    },
    sweep: async (signal) => {
      await garbage.collect()
      await sweepFormerRuns(parts, signal)
      await blobs.compact?.(signal)
    },
    usage: (accountId) => usageOf(database, accountId),
    recount: ({ repair = false } = {}) => recountUsage(database, repair),
    check: (checkOptions) => checkIntegrity(parts, checkOptions),
    scrub: async (signal) => {
      const found = await checkIntegrity(parts, {
        ...(signal ? { signal } : {}),
        bytesPerSecondMax: scrubBytesPerSecondMax,
        onlyNamed: true,
        probes: true,
        onProblem: (problem) => log.error(problem, 'the bytes of an object are damaged'),
      })
      log.info(found, 'read through all objects')
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const damages = ['BlobMissing', 'BlobCorrupt', 'CiphertextBroken']

/** Says in the log which object it is whose bytes cannot be read, now or while they are sent. */
async function naming<B>(log: Logger, row: VersionRow, opening: Promise<B>): Promise<B> {
  const { bucket, key, version_id: versionId, blob_id: blobId } = row
  const tell = (error: unknown) => {
    if (!damages.some((code) => isLakeError(error, code))) return
    log.error({ err: error, bucket, key, versionId, blobId }, 'the bytes of an object are damaged')
  }
  try {
    const body = await opening
    if (body instanceof Readable) body.once('error', tell)
    return body
  } catch (error) {
    tell(error)
    throw error
  }
}

interface StoreParts {
  readonly database: Database
  readonly blobs: PlacedBlobs
  readonly garbage: Garbage
  readonly encryption: ObjectEncryption
}

async function localFile(
  parts: StoreParts,
  local: LocalFiles,
  ref: ObjectRef,
  toRead: (row: VersionRow) => void,
): Promise<{ readonly path: string; release(): Promise<void> }> {
  const { row, file, body } = await parts.garbage.lookUp(async () => {
    const row = await findVersion(parts.database, ref)
    toRead(row)
    const archivedId = row.blob_id
    const copies =
      row.restore_until_ms === null ? undefined : await restoredBlobs(parts.database, row)
    const blobId = archivedId === null ? null : (copies?.get(archivedId) ?? archivedId)
    if (blobId !== null && row.encryption === null) {
      return { row, file: await local.borrow((path) => parts.blobs.link(blobId, path)) }
    }
    const dataKey = await parts.encryption.dataKeyOf(row)
    return { row, body: await openVersion(parts, row, undefined, dataKey) }
  })
  if (file) return file
  // What was encrypted lies decrypted only as long as somebody reads it.
  if (row.encryption !== null) return local.borrowCopy(body)
  return local.borrow((path) => local.linkJoined(row.upload_id!, body, path))
}

function stagedBlob(staged: Staged, encrypted: Encryption | undefined): StagedBlob {
  const { blobId, sizeBytes, checksums } = staged
  const md5 = etagOf(staged.md5, encrypted)
  return {
    blobId,
    sizeBytes,
    md5,
    checksums,
    ...(encrypted ? { encryption: encrypted.record } : {}),
  }
}

function toNewVersion(input: PublishInput, nowMs: number): NewVersion {
  const { blob } = input
  const value = blob.checksums?.[defaultChecksum]
  return {
    accountId: input.accountId,
    bucket: input.bucket,
    key: input.key,
    attributes: {
      contentType: input.contentType,
      contentEncoding: input.contentEncoding,
      userMetadata: input.userMetadata,
    },
    content: {
      sizeBytes: blob.sizeBytes,
      etag: blob.md5,
      blobId: blob.blobId,
      ...(blob.encryption ? { encryption: blob.encryption } : {}),
      ...(value === undefined
        ? {}
        : { checksum: { algorithm: defaultChecksum, type: 'FULL_OBJECT', value } }),
    },
    created: { how: 'Put' },
    nowMs,
  }
}

function toInfo(row: VersionRow): ObjectInfo {
  return {
    bucket: row.bucket,
    key: row.key,
    versionId: row.version_id === nullVersionId ? undefined : row.version_id,
    sizeBytes: row.size_bytes,
    etag: row.etag,
    lastModifiedMs: row.last_modified_ms,
    contentType: row.content_type ?? undefined,
    contentEncoding: row.content_encoding ?? undefined,
  }
}

import type { Clock, Logger } from '#kit'
import { type Database, ReadCache, lengthOfValues } from '#platform/database'
import { createAnnotations } from './annotations.ts'
import { createBuckets } from './buckets.ts'
import { copyObject } from './copying.ts'
import { naming } from './damages.ts'
import { ObjectEncryption, recordOf, type EncryptionKeys } from './encryption/object-encryption.ts'
import { reseal } from './encryption/resealing.ts'
import { findVersion } from './finding.ts'
import { Garbage } from './garbage.ts'
import { checkIntegrity } from './integrity.ts'
import { InlineMover } from './inline/moving.ts'
import { Expiries } from './lifecycle/expiry.ts'
import { applyLifecycle } from './lifecycle/lifecycle.ts'
import { listCurrent } from './listing.ts'
import { localFile, localFiles } from './local-file.ts'
import { LocalFiles } from './local-files.ts'
import { toInfo, toNewVersion } from './object-info.ts'
import type { ObjectStore } from './object-store.ts'
import type { ObjectRef, Objects } from './objects.ts'
import { openPlaces, type PlacesOptions } from './places/opening.ts'
import { publishing } from './publishing.ts'
import { createPutting } from './putting.ts'
import { openVersion, partsBetween, readVersion } from './reading.ts'
import { createBucketSettings } from './settings.ts'
import { createStaging } from './staged-blobs.ts'
import { sweepFormerRuns } from './sweeping.ts'
import type { ObjectTables, VersionRow } from './tables.ts'
import { checkReadable } from './tiering/storage-classes.ts'
import { Tiering } from './tiering/tiering.ts'
import { updateVersion } from './updating.ts'
import { listUploads } from './upload-listing.ts'
import { createUploads } from './uploads.ts'
import { recountUsage, usageOf } from './usage/usage.ts'
import { listVersions } from './version-listing.ts'
import { insertVersion, removeVersion } from './versions.ts'

/** Rows that are kept for the next reader while they do not change, and the characters of all of them. */
const rowBounds = { countMax: 10_000, lengthMax: 32 * 1024 * 1024 }
/** Of objects that queries read as files. */
const fileBounds = { countMax: 16_384, lengthMax: 32 * 1024 * 1024 }
/** What is known of buckets, and what is made of it. */
const bucketBounds = { countMax: 40_000, lengthMax: 16 * 1024 * 1024 }
/** All that the answer to a reader is made of, beside the versions of his key. */
const tablesOfReads: readonly (keyof ObjectTables)[] = [
  'object_buckets',
  'object_bucket_settings',
  'object_restored',
]
/** What the background check may take of the disk. */
const scrubBytesPerSecondMax = 16 * 1024 * 1024

/** Where the bytes lie, when not all in the store's own folder. */
export type ObjectPlaces = Pick<
  PlacesOptions,
  'hot' | 'cold' | 'hasColdRoom' | 'cacheBytesMax' | 'sentBytesMin'
>

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
  const ofBuckets = new ReadCache<keyof ObjectTables>(
    database,
    ['object_buckets', 'object_bucket_settings'],
    bucketBounds,
  )
  const encryption = new ObjectEncryption(
    database,
    ofBuckets,
    options.keys,
    options.encryptByDefault ?? false,
  )
  const parts = { database, blobs, garbage, clock, log, encryption }
  const tiering = new Tiering(parts)
  const mover =
    blobs.inline &&
    new InlineMover({
      database,
      inline: blobs.inline,
      store: blobs,
      garbage,
      onError: (error) => log.error({ err: error }, 'moving small blobs to the store failed'),
    })
  const toRead = (row: VersionRow) => {
    checkReadable(row, clock.now())
    tiering.accesses.note(row)
  }
  const expiries = new Expiries(database, ofBuckets)
  const reads = new ReadCache<keyof ObjectTables>(database, ['object_buckets'], rowBounds)
  const buckets = createBuckets({
    database,
    reads: ofBuckets,
    clock,
    onGarbage: () => garbage.expect(),
  })

  /** As `findVersion`; the current version is kept until something is committed to its key. */
  const findKept = (
    ref: ObjectRef,
    kept: ReadCache<keyof ObjectTables>,
  ): VersionRow | Promise<VersionRow> => {
    const { accountId, bucket, key, versionId } = ref
    if (versionId !== undefined) return findVersion(database, ref)
    return kept.get(`${accountId} ${bucket} ${key}`, () => findVersion(database, ref), {
      rows: { table: 'object_versions', key: [bucket, key] },
      lengthOf: (row) => lengthOfValues(Object.values(row)),
    })
  }
  // Of their own, so that a query over many files takes nothing from those that are read again and again.
  const scanned = new ReadCache<keyof ObjectTables>(database, ['object_buckets'], fileBounds)
  const lending = { ...parts, local, toRead, find: (ref: ObjectRef) => findKept(ref, scanned) }

  const findAndOpen: ObjectStore['openObject'] = (ref, choose) =>
    garbage.lookUp(async () => {
      const row = await findVersion(database, ref)
      const range = await choose(row)
      toRead(row)
      const dataKey = await encryption.dataKeyOf(row, ref.customerKey, ref.permitKey)
      return { row, body: await naming(log, row, openVersion(parts, row, range, dataKey)) }
    })
  const findAndRead: ObjectStore['readObject'] = (ref, choose) =>
    garbage.lookUp(async () => {
      const row = await findKept(ref, reads)
      const range = await choose(row)
      toRead(row)
      const dataKey = await encryption.dataKeyOf(row, ref.customerKey, ref.permitKey)
      const bytes = await naming(log, row, readVersion(blobs, row, range))
      if (bytes) return { row, body: bytes }
      return { row, body: await naming(log, row, openVersion(parts, row, range, dataKey)) }
    })
  const checkBucket = (accountId: string, name: string) => buckets.get(accountId, name)
  const rows = database.tables<ObjectTables>()

  const putObject = createPutting(parts, {
    checkBucket: async (accountId, bucket) => void (await checkBucket(accountId, bucket)),
    onInlined: () => mover?.expect(),
  })

  const { stage, stageFile } = createStaging(parts)

  const publish: Objects['publish'] = async (tx, input) => {
    const row = await insertVersion(tx, toNewVersion(input, clock.now()))
    const { inlined } = input.blob
    if (inlined) {
      await blobs.inline!.insert(tx, inlined)
      mover?.expect()
    }
    garbage.expect()
    return toInfo(row)
  }

  const remove: ObjectStore['remove'] = async (input) => {
    const removed = await database.optimistic((tx) =>
      removeVersion(tx, { ...input, nowMs: clock.now() }),
    )
    garbage.expect()
    return removed
  }

  const close = async () => {
    await tiering.close()
    await mover?.close()
    await garbage.close()
    await local.close()
    await blobs.close()
  }

  return {
    buckets,
    settings: createBucketSettings(database),
    keptOfBucket: (name, read, lengthOf) => ofBuckets.get(name, read, lengthOf ? { lengthOf } : {}),
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

    // Both only grow.
    generation: ({ bucket, key }) =>
      database.generation(tablesOfReads) + database.generationOf('object_versions', [bucket, key]),
    find: (ref) => findVersion(database, ref),
    putObject,
    openObject: findAndOpen,
    readObject: findAndRead,
    copyObject: (input) => copyObject(parts, input),
    remove,
    removeMany: (inputs) => Promise.allSettled(inputs.map(remove)),
    update: (ref, change, event) => updateVersion(parts, ref, change, event),
    reseal: (ref, request, permit) => reseal(parts, ref, request, permit),
    partsOf: async (row, range) =>
      row.upload_id === null ? [] : partsBetween(database, row.upload_id, range),

    listCurrent: async (input) => {
      await checkBucket(input.accountId, input.bucket)
      return listCurrent(database, input)
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
    discard: async ({ blobId, inlined }) => {
      if (inlined) blobs.inline!.giveUp(inlined)
      else await blobs.remove([blobId])
    },
    put: async (input, source) => {
      if (source instanceof Uint8Array) {
        const { contentType, contentEncoding, userMetadata, ...target } = input
        const attributes = { contentType, contentEncoding, userMetadata }
        return toInfo(await putObject({ ...target, attributes }, source))
      }
      await checkBucket(input.accountId, input.bucket)
      const blob = await stage(source, input)
      return publishing(parts, blob, () =>
        database.optimistic((tx) => publish(tx, { ...input, blob })),
      )
    },
    checkBucket: async (accountId, bucket) => void (await checkBucket(accountId, bucket)),
    head: async (ref) => toInfo(await findKept(ref, reads)),
    read: async (ref, range) => (await findAndOpen(ref, () => range)).body,
    open: async (ref, choose) => {
      const { row, body } = await findAndRead(ref, (found) => choose(toInfo(found)))
      return { info: toInfo(row), body }
    },
    list: async ({ accountId, ...input }) => {
      await checkBucket(accountId, input.bucket)
      const page = await listCurrent(database, input)
      const last = page.entries.at(-1)
      return {
        objects: page.entries.flatMap((entry) => (entry.row ? [toInfo(entry.row)] : [])),
        commonPrefixes: page.entries.flatMap((entry) => entry.prefix ?? []),
        next: page.truncated ? (last?.prefix ?? last?.row?.key) : undefined,
      }
    },
    delete: async (ref) => void (await remove(ref)),
    localFile: (ref) => localFile(lending, ref),
    localFiles: (refs) => localFiles(lending, refs),

    applyLifecycle: async (signal) => {
      await applyLifecycle(parts, signal)
      garbage.expect()
    },
    sweep: async (signal) => {
      await mover?.moveAll(signal)
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

import { randomString, uuidV7, type Clock } from '#kit'
import type { Kysely } from 'kysely'
import { prepared, type Database, type Transaction } from '#platform/database'
import { getBucketRow } from './bucket-rows.ts'
import type { ChecksumAlgorithm, ChecksumType, Checksums } from './checksums.ts'
import { completeUpload } from './completion.ts'
import type { WriteConditions } from './conditions.ts'
import type { Expected } from './digest.ts'
import {
  etagOf,
  recordOf,
  type EncryptionRequest,
  type ObjectEncryption,
  type PermitKey,
} from './encryption/object-encryption.ts'
import { ObjectErrors } from './errors.ts'
import type { Garbage } from './garbage.ts'
import { limits } from './limits.ts'
import type { Cause } from './notifications/object-event.ts'
import { checkKey } from './names.ts'
import type { PlacedBlobs } from './places/placed-blobs.ts'
import { publishing } from './publishing.ts'
import { checkChecksumType, stageBytes, type ByteSource } from './staging.ts'
import type { ObjectTables, PartRow, UploadRow, VersionRow } from './tables.ts'
import { tierOfClass } from './tiering/storage-classes.ts'
import { discardBlob, removeUpload, uploadRow, type UploadRef } from './upload-rows.ts'
import { attributeColumns, type ObjectAttributes } from './versions.ts'

export interface CreateUploadInput {
  readonly accountId: string
  readonly bucket: string
  readonly key: string
  /** The ARN of who starts it. */
  readonly initiator: string
  readonly attributes: ObjectAttributes
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly type: ChecksumType }
  /** False when the algorithm is the default of S3 and not the client's wish. */
  readonly checksumAsked: boolean
  readonly encryption?: EncryptionRequest
  readonly permitKey?: PermitKey
}

export interface PartInput {
  readonly partNumber: number
  readonly expected?: Expected
  /** What the client computes with; must be the upload's when that was asked for. */
  readonly algorithm?: ChecksumAlgorithm
  /** The client's, when the upload was begun with one. */
  readonly customerKey?: Uint8Array
}

export interface CompletedPart {
  readonly partNumber: number
  readonly etag: string
  readonly checksums?: Checksums
}

export interface CompleteInput {
  readonly parts: readonly CompletedPart[]
  readonly conditions?: WriteConditions
  /** Of the whole, to be compared. */
  readonly checksums?: Checksums
  readonly checksumType?: ChecksumType
  readonly sizeBytes?: number
  readonly cause?: Cause
}

/** Multipart uploads. Errors of all with a ref: `NoSuchBucket`, `AccessDenied`, `NoSuchUpload`. */
export interface Uploads {
  /** Errors: `KeyTooLong`, `InvalidRequest`. */
  create(input: CreateUploadInput): Promise<UploadRow>
  get(ref: UploadRef): Promise<UploadRow>
  /** Replaces a part that is there. Errors: `InvalidArgument`, `BadDigest`, `EntityTooLarge`, `DiskFull`, … */
  putPart(ref: UploadRef, input: PartInput, source: ByteSource): Promise<PartRow>
  /** Errors: `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall`, `PreconditionFailed`, `BadDigest`, `InvalidRequest`. */
  complete(ref: UploadRef, input: CompleteInput): Promise<VersionRow>
  abort(ref: UploadRef): Promise<void>
  /** By part number. */
  parts(
    ref: UploadRef,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly PartRow[]>
}

export function createUploads(options: {
  readonly database: Database
  readonly blobs: PlacedBlobs
  readonly clock: Clock
  readonly garbage: Garbage
  readonly encryption: ObjectEncryption
}): Uploads {
  const { database, blobs, clock, garbage, encryption } = options

  const create = async (input: CreateUploadInput): Promise<UploadRow> => {
    checkKey(input.key)
    checkChecksumType(input.checksum.algorithm, input.checksum.type)
    const begun = await encryption.begin(input, input.encryption, input.permitKey)
    return database.optimistic(async (tx) => {
      const bucket = await getBucketRow(tx, input.accountId, input.bucket)
      if (input.attributes.lock && bucket.object_lock === 0) {
        throw ObjectErrors.InvalidRequest('Bucket is missing Object Lock Configuration')
      }
      const nowMs = clock.now()
      const row: UploadRow = {
        bucket: input.bucket,
        key: input.key,
        upload_id: newUploadId(nowMs),
        initiated_ms: Math.floor(nowMs / 1000) * 1000,
        initiator: input.initiator,
        storage_class: input.attributes.storageClass ?? 'STANDARD',
        ...attributeColumns(input.attributes),
        checksum_algorithm: input.checksum.algorithm,
        checksum_type: input.checksum.type,
        checksum_asked: input.checksumAsked ? 1 : 0,
        encryption: begun ? JSON.stringify(begun.record) : null,
      }
      await tx.tables<ObjectTables>().insertInto('object_uploads').values(row).execute()
      return row
    })
  }

  const get = (ref: UploadRef) => uploadRow(database, ref)

  const putPart = async (ref: UploadRef, input: PartInput, source: ByteSource) => {
    checkPartNumber(input.partNumber)
    const upload = await get(ref)
    const algorithms = partAlgorithms(upload, input)
    const dataKey = await partKey(encryption, upload, input)
    const record = recordOf(upload)
    const encrypted = dataKey && record ? { dataKey, record } : undefined
    const staged = await stageBytes(blobs.into(tierOfClass(upload.storage_class)), source, {
      algorithms,
      sizeBytesMax: limits.partSizeBytesMax,
      encryption: encrypted,
      ...(input.expected ? { expected: input.expected } : {}),
    })
    const row: PartRow = {
      upload_id: ref.uploadId,
      part_number: input.partNumber,
      size_bytes: staged.sizeBytes,
      etag: etagOf(staged.md5, encrypted),
      checksums: JSON.stringify(staged.checksums),
      blob_id: staged.blobId,
      last_modified_ms: Math.floor(clock.now() / 1000) * 1000,
      start_byte: null,
    }
    await publishing({ blobs, garbage }, staged, () =>
      database.optimistic((tx) => writePart(tx, ref, row)),
    )
    return row
  }

  const complete = async (ref: UploadRef, input: CompleteInput) => {
    const version = await database.transaction((tx) => completeUpload(tx, ref, input, clock.now()))
    garbage.expect()
    return version
  }

  const abort = async (ref: UploadRef) => {
    await database.transaction(async (tx) => removeUpload(tx, await uploadRow(tx, ref)))
    garbage.expect()
  }

  const parts = async (
    ref: UploadRef,
    page: { readonly after: number; readonly limit: number },
  ) => {
    await get(ref)
    return database
      .tables<ObjectTables>()
      .selectFrom('object_parts')
      .selectAll()
      .where('upload_id', '=', ref.uploadId)
      .where('part_number', '>', page.after)
      .orderBy('part_number')
      .limit(page.limit)
      .execute()
  }

  return { create, get, putPart, complete, abort, parts }
}

/** Ids sort by the time of initiation, as ListMultipartUploads wants them. */
function newUploadId(nowMs: number): string {
  const time = uuidV7(nowMs).replaceAll('-', '')
  return time + randomString(64, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.')
}

function checkPartNumber(partNumber: number): void {
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > limits.partNumberMax) {
    throw ObjectErrors.InvalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      { ArgumentName: 'partNumber', ArgumentValue: String(partNumber) },
    )
  }
}

/** Parts come with the key that the upload was begun with: `InvalidRequest`. */
async function partKey(
  encryption: ObjectEncryption,
  upload: UploadRow,
  { customerKey }: PartInput,
): Promise<Uint8Array | undefined> {
  const isCustomers = recordOf(upload)?.mode === 'customer'
  if (isCustomers && !customerKey) {
    throw ObjectErrors.InvalidRequest(
      'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
    )
  }
  if (!isCustomers && customerKey) {
    throw ObjectErrors.InvalidRequest(
      'The multipart upload initiate did not request encryption. Please resend the request without sending encryption parameters.',
    )
  }
  try {
    return await encryption.dataKeyOf(upload, customerKey)
  } catch (error) {
    if (!isCustomers) throw error
    throw ObjectErrors.InvalidRequest(
      'The provided encryption parameters did not match the ones used originally.',
      {},
      error,
    )
  }
}

function partAlgorithms(upload: UploadRow, input: PartInput): ChecksumAlgorithm[] {
  const own = upload.checksum_algorithm as ChecksumAlgorithm
  const given = new Set(Object.keys(input.expected?.checksums ?? {}) as ChecksumAlgorithm[])
  if (input.algorithm) given.add(input.algorithm)
  const [actual] = given
  if (upload.checksum_asked === 1 && actual && !given.has(own)) {
    throw ObjectErrors.InvalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${own.toLowerCase()}, actual checksum Type: ${actual.toLowerCase()}`,
    )
  }
  return [own, ...given]
}

async function writePart(tx: Transaction, ref: UploadRef, row: PartRow): Promise<void> {
  await uploadRow(tx, ref)
  const [replaced] = await blobsOfPart(tx, row.upload_id, row.part_number)
  if (replaced) {
    await discardBlob(tx, replaced.blob_id)
    await deletePart(tx, row.upload_id, row.part_number)
  }
  await insertPart(tx, row)
}

const blobsOfPart = prepared((db: Kysely<ObjectTables>, uploadId: string, partNumber: number) =>
  db
    .selectFrom('object_parts')
    .select('blob_id')
    .where('upload_id', '=', uploadId)
    .where('part_number', '=', partNumber),
)

const deletePart = prepared((db: Kysely<ObjectTables>, uploadId: string, partNumber: number) =>
  db
    .deleteFrom('object_parts')
    .where('upload_id', '=', uploadId)
    .where('part_number', '=', partNumber),
)

const insertPart = prepared((db: Kysely<ObjectTables>, row: PartRow) =>
  db.insertInto('object_parts').values(row),
)

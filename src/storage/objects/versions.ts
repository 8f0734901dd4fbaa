import type { Transaction } from '#platform/database'
import { discardAnnotations } from './annotations.ts'
import { getBucketRow } from './bucket-rows.ts'
import type { ChecksumAlgorithm, ChecksumType } from './checksums.ts'
import { checkWrite, type WriteConditions } from './conditions.ts'
import type { EncryptionRecord } from './encryption/object-encryption.ts'
import { ObjectErrors } from './errors.ts'
import { checkVersionId } from './finding.ts'
import { tellOf, type Cause } from './notifications/object-event.ts'
import { checkKey } from './names.ts'
import type { BucketRow, VersionRow } from './tables.ts'
import { discardRestored } from './tiering/restored-blobs.ts'
import { discardBlob, discardParts } from './upload-rows.ts'
import { newVersionId, nextRank, nullVersionId } from './version-ids.ts'
import {
  deleteVersionRow,
  latestPlace,
  setLatest,
  versionRow,
  writeVersionRow,
  type LatestPlace,
} from './version-rows.ts'

/** What is kept of an object beside its bytes. */
export interface ObjectAttributes {
  readonly contentType?: string
  readonly contentEncoding?: string
  readonly headers?: SystemHeaders
  readonly userMetadata?: Readonly<Record<string, string>>
  readonly tags?: Readonly<Record<string, string>>
  readonly storageClass?: string
  /** JSON of the access control list, when it is not the default one. */
  readonly acl?: string
  readonly lock?: ObjectLock
}

export interface SystemHeaders {
  readonly cacheControl?: string
  readonly contentDisposition?: string
  readonly contentLanguage?: string
  readonly expires?: string
  readonly websiteRedirectLocation?: string
}

export interface ObjectLock {
  readonly mode?: 'GOVERNANCE' | 'COMPLIANCE'
  readonly untilMs?: number
  readonly legalHold?: boolean
}

/** Where the bytes of a new version are, and what they come to. */
export interface VersionContent {
  readonly sizeBytes: number
  /** Without quotes. */
  readonly etag: string
  readonly blobId?: string
  readonly uploadId?: string
  readonly partsCount?: number
  /** Undefined when the bytes are plain. */
  readonly encryption?: EncryptionRecord
  readonly checksum?: {
    readonly algorithm: ChecksumAlgorithm
    readonly type: ChecksumType
    readonly value: string
  }
}

export interface NewVersion {
  readonly accountId: string
  readonly bucket: string
  readonly key: string
  readonly attributes: ObjectAttributes
  readonly content: VersionContent
  readonly conditions?: WriteConditions
  /** How it was made, and by which request. */
  readonly created: { readonly how: Creation; readonly cause?: Cause | undefined }
  /** Asked whether the bytes come in the place of those of a blob that they replace: the blob's id is then the one that it answers. */
  readonly takeOver?: TakeOver | undefined
  readonly nowMs: number
}

type TakeOver = (blobId: string) => Promise<string | undefined>

export type Creation = 'Put' | 'Post' | 'Copy' | 'CompleteMultipartUpload'

/**
 * Makes a new current version of a key. What it replaces becomes garbage unless versioning keeps it. Errors:
 * `NoSuchBucket`, `AccessDenied`, `KeyTooLong`, `PreconditionFailed`, `NoSuchKey`, `InvalidRequest` (lock).
 */
export async function insertVersion(tx: Transaction, version: NewVersion): Promise<VersionRow> {
  const { key, attributes, content, nowMs } = version
  checkKey(key)
  const bucket = await getBucketRow(tx, version.accountId, version.bucket)
  const latest = await latestPlace(tx, bucket.name, key)
  if (version.conditions) {
    checkWrite(key, latest?.delete_marker === 0 ? latest : undefined, version.conditions)
  }
  if (attributes.lock && bucket.object_lock === 0) {
    throw ObjectErrors.InvalidRequest('Bucket is missing Object Lock Configuration')
  }
  const { replaces, ...place } = await makePlace(tx, bucket, key, latest, nowMs, version.takeOver)
  const row: VersionRow = {
    bucket: bucket.name,
    key,
    ...place,
    is_latest: 1,
    delete_marker: 0,
    size_bytes: content.sizeBytes,
    etag: content.etag,
    last_modified_ms: Math.floor(nowMs / 1000) * 1000,
    storage_class: attributes.storageClass ?? 'STANDARD',
    blob_id: replaces?.takenOver ?? content.blobId ?? null,
    upload_id: content.uploadId ?? null,
    parts_count: content.partsCount ?? null,
    ...attributeColumns(attributes),
    checksum_algorithm: content.checksum?.algorithm ?? null,
    checksum_type: content.checksum?.type ?? null,
    checksum_value: content.checksum?.value ?? null,
    encryption: jsonOrNull(content.encryption),
    ...untiered,
    annotations: 0,
  }
  await writeVersionRow(tx, row, replaces?.row)
  const { how, cause } = version.created
  await tellOf(tx, bucket, { name: `ObjectCreated:${how}`, object: row, cause, nowMs })
  return row
}

/** Of a version that has not been tiered, restored or read. */
const untiered = {
  access_tier: null,
  accessed_ms: null,
  restore_tier: null,
  restore_days: null,
  restore_until_ms: null,
} as const

/** The columns that uploads and versions share. */
export function attributeColumns(attributes: ObjectAttributes) {
  return {
    content_type: attributes.contentType ?? null,
    content_encoding: attributes.contentEncoding ?? null,
    headers: jsonOrNull(attributes.headers),
    user_metadata: jsonOrNull(attributes.userMetadata),
    tags: jsonOrNull(attributes.tags),
    acl: attributes.acl ?? null,
    lock_mode: attributes.lock?.mode ?? null,
    lock_until_ms: attributes.lock?.untilMs ?? null,
    legal_hold: attributes.lock?.legalHold ? 1 : 0,
  }
}

export interface Removed {
  /** The delete marker that was made, or the version that was removed; undefined when there was nothing. */
  readonly versionId: string | undefined
  readonly deleteMarker: boolean
}

export interface RemoveVersion {
  readonly accountId: string
  readonly bucket: string
  readonly key: string
  readonly versionId?: string
  readonly conditions?: WriteConditions
  readonly bypassGovernance?: boolean
  /** The request that wants it; `lifecycle` for what a lifecycle rule does. */
  readonly cause?: Cause | 'lifecycle' | undefined
  readonly nowMs: number
}

/**
 * Deletes as S3 does: without a version id a versioned bucket gets a delete marker; with one that version is removed for
 * good. Deleting what is not there is no error. Errors: `NoSuchBucket`, `AccessDenied` (also when locked),
 * `PreconditionFailed`, `NoSuchKey` (If-Match), `InvalidArgument` (no such form of id).
 */
export async function removeVersion(tx: Transaction, input: RemoveVersion): Promise<Removed> {
  checkKey(input.key)
  const bucket = await getBucketRow(tx, input.accountId, input.bucket)
  const latest = await latestPlace(tx, bucket.name, input.key)
  if (input.versionId !== undefined) {
    checkVersionId(input.versionId)
    const row = await versionRow(tx, bucket.name, input.key, input.versionId)
    if (input.conditions) checkWrite(input.key, row, input.conditions)
    if (!row) return { versionId: input.versionId, deleteMarker: false }
    checkLock(row, input)
    await deleteRow(tx, row)
    if (row.is_latest === 1) await promoteNewest(tx, bucket.name, input.key)
    await tellOfRemoval(tx, bucket, input, { key: row.key, version_id: row.version_id })
    return { versionId: row.version_id, deleteMarker: row.delete_marker === 1 }
  }
  if (input.conditions) {
    checkWrite(input.key, latest?.delete_marker === 0 ? latest : undefined, input.conditions)
  }
  if (bucket.versioning === '') {
    if (latest) {
      await deleteRow(tx, latest)
      await tellOfRemoval(tx, bucket, input, { key: latest.key })
    }
    return { versionId: undefined, deleteMarker: false }
  }
  return insertDeleteMarker(tx, bucket, input, latest)
}

/** The MD5 of nothing: what a delete marker is said to hold. */
const emptyEtag = 'd41d8cd98f00b204e9800998ecf8427e'

function tellOfRemoval(
  tx: Transaction,
  bucket: BucketRow,
  { cause, nowMs }: RemoveVersion,
  object: Pick<VersionRow, 'key'> & Partial<Pick<VersionRow, 'etag' | 'version_id'>>,
): Promise<void> {
  const byRule = cause === 'lifecycle'
  const what = object.etag === undefined ? 'Delete' : 'DeleteMarkerCreated'
  return tellOf(tx, bucket, {
    name: `${byRule ? 'LifecycleExpiration' : 'ObjectRemoved'}:${what}`,
    object,
    cause: byRule ? undefined : cause,
    nowMs,
  })
}

async function insertDeleteMarker(
  tx: Transaction,
  bucket: BucketRow,
  input: RemoveVersion,
  latest: LatestPlace | undefined,
): Promise<Removed> {
  const { key, nowMs } = input
  const { replaces, ...place } = await makePlace(tx, bucket, key, latest, nowMs)
  const row: VersionRow = {
    bucket: bucket.name,
    key,
    ...place,
    is_latest: 1,
    delete_marker: 1,
    size_bytes: 0,
    etag: '',
    last_modified_ms: Math.floor(nowMs / 1000) * 1000,
    storage_class: 'STANDARD',
    blob_id: null,
    upload_id: null,
    parts_count: null,
    ...attributeColumns({}),
    checksum_algorithm: null,
    checksum_type: null,
    checksum_value: null,
    encryption: null,
    ...untiered,
    annotations: 0,
  }
  await writeVersionRow(tx, row, replaces?.row)
  await tellOfRemoval(tx, bucket, input, { key, version_id: row.version_id, etag: emptyEtag })
  return { versionId: row.version_id, deleteMarker: true }
}

interface Place extends Pick<VersionRow, 'age_rank' | 'version_id'> {
  /** The newest version, where the new one comes in its place: its row is to be written over. */
  readonly replaces?: {
    readonly row: LatestPlace
    /** The id of the blob that took the place of its own. */
    readonly takenOver: string | undefined
  }
}

/** Takes away what a new version replaces, and says which rank and id it gets. */
async function makePlace(
  tx: Transaction,
  bucket: BucketRow,
  key: string,
  latest: LatestPlace | undefined,
  nowMs: number,
  takeOver?: TakeOver,
): Promise<Place> {
  const rank = nextRank(nowMs, latest?.age_rank)
  if (bucket.versioning === 'Enabled') {
    if (latest) await setLatest(tx, latest, 0)
    return { age_rank: rank, version_id: newVersionId(rank) }
  }
  const place = { age_rank: rank, version_id: nullVersionId }
  if (latest?.version_id === nullVersionId) {
    const { blob_id: blobId } = latest
    const takenOver = blobId === null ? undefined : await takeOver?.(blobId)
    await discardContent(tx, takenOver === undefined ? latest : { ...latest, blob_id: null })
    return { ...place, replaces: { row: latest, takenOver } }
  }
  const replaced = latest && (await versionRow(tx, bucket.name, key, nullVersionId))
  if (replaced) await deleteRow(tx, replaced)
  if (latest) await setLatest(tx, latest, 0)
  return place
}

function checkLock(row: VersionRow, input: RemoveVersion): void {
  const retained =
    row.lock_until_ms !== null &&
    row.lock_until_ms > input.nowMs &&
    !(row.lock_mode === 'GOVERNANCE' && input.bypassGovernance === true)
  if (row.legal_hold === 1 || retained) {
    throw ObjectErrors.AccessDenied('Access Denied because object protected by object lock.')
  }
}

async function deleteRow(tx: Transaction, row: LatestPlace): Promise<void> {
  await discardContent(tx, row)
  await deleteVersionRow(tx, row)
}

async function discardContent(tx: Transaction, row: LatestPlace): Promise<void> {
  if (row.restore_tier !== null) await discardRestored(tx, row)
  if (row.annotations > 0) await discardAnnotations(tx, row)
  if (row.blob_id !== null) await discardBlob(tx, row.blob_id)
  if (row.upload_id !== null) await discardParts(tx, row.upload_id)
}

async function promoteNewest(tx: Transaction, bucket: string, key: string): Promise<void> {
  const newest = await latestPlace(tx, bucket, key)
  if (newest) await setLatest(tx, newest, 1)
}

function jsonOrNull(value: object | undefined): string | null {
  return value && Object.keys(value).length > 0 ? JSON.stringify(value) : null
}

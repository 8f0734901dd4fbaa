import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { annotationsToCopy, insertAnnotations } from './annotations.ts'
import type { BlobStore } from './blob-store.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import { checkRead, type ReadConditions, type WriteConditions } from './conditions.ts'
import {
  etagOf,
  type Encryption,
  type EncryptionRequest,
  type ObjectEncryption,
  type PermitKey,
} from './encryption/object-encryption.ts'
import { ObjectErrors } from './errors.ts'
import { findVersion } from './finding.ts'
import type { Garbage } from './garbage.ts'
import { limits } from './limits.ts'
import type { Cause } from './notifications/object-event.ts'
import type { ObjectRef } from './objects.ts'
import { tierOf, type PlacedBlobs } from './places/placed-blobs.ts'
import { publishing } from './publishing.ts'
import { openVersion } from './reading.ts'
import { defaultChecksum, stageBytes } from './staging.ts'
import type { VersionRow } from './tables.ts'
import { checkReadable, tierOfClass } from './tiering/storage-classes.ts'
import { insertVersion, type ObjectAttributes, type VersionContent } from './versions.ts'

export interface CopyInput {
  readonly source: ObjectRef
  readonly sourceConditions?: ReadConditions
  readonly accountId: string
  readonly bucket: string
  readonly key: string
  /** What the copy gets, given the source. It may refuse. */
  readonly attributes: (source: VersionRow) => ObjectAttributes | Promise<ObjectAttributes>
  readonly conditions?: WriteConditions
  readonly algorithm?: ChecksumAlgorithm
  readonly encryption?: EncryptionRequest
  readonly permitKey?: PermitKey
  /** Whether the annotations of the source go along. */
  readonly withAnnotations?: boolean
  readonly cause?: Cause
}

interface CopyParts {
  readonly database: Database
  readonly blobs: PlacedBlobs
  readonly garbage: Garbage
  readonly clock: Clock
  readonly encryption: ObjectEncryption
}

/**
 * A new object with the bytes of another: one plain blob is linked, others are read and joined, so that the copy is always in one piece
 * with a plain MD5 as its ETag. Errors: those of finding the source and of a put, `PreconditionFailed`, `InvalidRequest`.
 */
export async function copyObject(
  parts: CopyParts,
  input: CopyInput,
): Promise<{ readonly source: VersionRow; readonly copy: VersionRow }> {
  const { database, blobs, garbage, clock } = parts
  const encryption = await parts.encryption.begin(input, input.encryption, input.permitKey)
  const annotationsOf = async (row: VersionRow) => {
    if (row.annotations === 0) return []
    const from = await parts.encryption.dataKeyOf(row, input.source.customerKey)
    return annotationsToCopy(database, row, { from, to: encryption?.dataKey })
  }
  const found = await garbage.lookUp(async () => {
    const row = await findVersion(database, input.source)
    if (input.sourceConditions) checkRead(row, input.sourceConditions, 'copy')
    if (row.size_bytes > limits.putSizeBytesMax) {
      throw ObjectErrors.InvalidRequest(
        `The specified copy source is larger than the maximum allowable size for a copy source: ${limits.putSizeBytesMax}`,
      )
    }
    const attributes = await input.attributes(row)
    checkReadable(row, clock.now(), "Operation is not valid for the source object's storage class")
    const annotations = input.withAnnotations ? await annotationsOf(row) : []
    const target = blobs.into(tierOfClass(attributes.storageClass))
    const isThere = target === blobs.into(row.blob_id === null ? 'hot' : tierOf(row.blob_id))
    const algorithm =
      input.algorithm ?? (row.checksum_algorithm as ChecksumAlgorithm | null) ?? defaultChecksum
    if (!encryption && row.encryption === null && isThere && canLink(row, algorithm)) {
      const blobId = await blobs.duplicate(row.blob_id!)
      return {
        row,
        attributes,
        annotations,
        target,
        content: linkedContent(row, blobId, algorithm),
      }
    }
    const dataKey = await parts.encryption.dataKeyOf(row, input.source.customerKey)
    const body = await openVersion(parts, row, undefined, dataKey)
    return { row, attributes, annotations, target, algorithm, body }
  })
  const content =
    found.content ?? (await stagedContent(found.target, found.body, found.algorithm, encryption))
  const copy = await publishing(parts, content, () =>
    database.optimistic(async (tx) => {
      const made = await insertVersion(tx, {
        accountId: input.accountId,
        bucket: input.bucket,
        key: input.key,
        attributes: found.attributes,
        content,
        ...(input.conditions ? { conditions: input.conditions } : {}),
        created: { how: 'Copy', cause: input.cause },
        nowMs: clock.now(),
      })
      await insertAnnotations(tx, made, found.annotations)
      return made
    }),
  )
  return { source: found.row, copy }
}

type CopiedContent = VersionContent & { readonly blobId: string }

function canLink(row: VersionRow, algorithm: ChecksumAlgorithm): boolean {
  return (
    row.blob_id !== null &&
    isMd5(row.etag) &&
    row.checksum_algorithm === algorithm &&
    row.checksum_type === 'FULL_OBJECT'
  )
}

/** Of a file that was taken over, and of what was uploaded in parts, it is none. */
function isMd5(etag: string): boolean {
  return !etag.includes('-')
}

function linkedContent(
  row: VersionRow,
  blobId: string,
  algorithm: ChecksumAlgorithm,
): CopiedContent {
  return {
    sizeBytes: row.size_bytes,
    etag: row.etag,
    blobId,
    checksum: { algorithm, type: 'FULL_OBJECT', value: row.checksum_value! },
  }
}

async function stagedContent(
  blobs: BlobStore,
  body: AsyncIterable<Uint8Array>,
  algorithm: ChecksumAlgorithm,
  encryption: Encryption | undefined,
): Promise<CopiedContent> {
  const staged = await stageBytes(blobs, body, {
    algorithms: [algorithm],
    sizeBytesMax: limits.putSizeBytesMax,
    encryption,
  })
  return {
    sizeBytes: staged.sizeBytes,
    etag: etagOf(staged.md5, encryption),
    ...(encryption ? { encryption: encryption.record } : {}),
    blobId: staged.blobId,
    checksum: { algorithm, type: 'FULL_OBJECT', value: staged.checksums[algorithm]! },
  }
}

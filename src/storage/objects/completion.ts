import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { assert } from '#kit'
import type { Transaction } from '#platform/database'
import { getBucketRow } from './bucket-rows.ts'
import {
  checksumOf,
  type ChecksumAlgorithm,
  type ChecksumType,
  type Checksums,
} from './checksums.ts'
import { combineCrc, isLinear } from './crc-combine.ts'
import { recordOf } from './encryption/object-encryption.ts'
import { ObjectErrors } from './errors.ts'
import { limits } from './limits.ts'
import type { ObjectTables, PartRow, UploadRow, VersionRow } from './tables.ts'
import { discardParts, uploadRow, type UploadRef } from './upload-rows.ts'
import type { CompleteInput, CompletedPart } from './uploads.ts'
import {
  insertVersion,
  type ObjectAttributes,
  type ObjectLock,
  type SystemHeaders,
  type VersionContent,
} from './versions.ts'
import { latestRow } from './version-rows.ts'

/**
 * Turns the parts of an upload into an object, with no copy: its rows stay and say where each part starts.
 * Errors: those of `Uploads.complete`.
 */
export async function completeUpload(
  tx: Transaction,
  ref: UploadRef,
  input: CompleteInput,
  nowMs: number,
): Promise<VersionRow> {
  const done = await completedBefore(tx, ref)
  if (done) return done
  const upload = await uploadRow(tx, ref)
  const db = tx.tables<ObjectTables>()
  const rows = await db
    .selectFrom('object_parts')
    .selectAll()
    .where('upload_id', '=', ref.uploadId)
    .orderBy('part_number')
    .execute()
  const chosen = chooseParts(rows, input.parts)
  const sizeBytes = chosen.reduce((sum, part) => sum + part.size_bytes, 0)
  if (input.sizeBytes !== undefined && input.sizeBytes !== sizeBytes) {
    throw ObjectErrors.InvalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${input.sizeBytes} does not match what was computed: ${sizeBytes}`,
    )
  }
  if (sizeBytes > limits.objectSizeBytesMax) {
    throw ObjectErrors.EntityTooLarge('Your proposed upload exceeds the maximum allowed size', {
      MaxSizeAllowed: limits.objectSizeBytesMax,
    })
  }
  const checksum = await wholeChecksum(upload, chosen, input)
  const record = recordOf(upload)
  const numbers = new Set(chosen.map((part) => part.part_number))
  const unused = rows.map((row) => row.part_number).filter((number) => !numbers.has(number))
  if (unused.length > 0) await discardParts(tx, ref.uploadId, unused)
  await sql`update object_parts set start_byte = placed.start_byte
    from (
      select part_number, sum(size_bytes) over (order by part_number) - size_bytes as start_byte
      from object_parts where upload_id = ${ref.uploadId}
    ) as placed
    where object_parts.upload_id = ${ref.uploadId} and object_parts.part_number = placed.part_number`.execute(
    db,
  )
  await db
    .deleteFrom('object_uploads')
    .where('bucket', '=', ref.bucket)
    .where('key', '=', ref.key)
    .where('upload_id', '=', ref.uploadId)
    .execute()
  return insertVersion(tx, {
    accountId: ref.accountId,
    bucket: ref.bucket,
    key: ref.key,
    attributes: uploadAttributes(upload),
    content: {
      sizeBytes,
      etag: multipartEtag(chosen),
      uploadId: ref.uploadId,
      partsCount: chosen.length,
      checksum,
      ...(record ? { encryption: record } : {}),
    },
    ...(input.conditions ? { conditions: input.conditions } : {}),
    created: { how: 'CompleteMultipartUpload', cause: input.cause },
    nowMs,
  })
}

/** A client that did not hear the answer completes again: it gets the same one, while the object is current. */
async function completedBefore(tx: Transaction, ref: UploadRef): Promise<VersionRow | undefined> {
  await getBucketRow(tx, ref.accountId, ref.bucket)
  const latest = await latestRow(tx, ref.bucket, ref.key)
  return latest?.upload_id === ref.uploadId ? latest : undefined
}

function chooseParts(rows: readonly PartRow[], asked: readonly CompletedPart[]): PartRow[] {
  const byNumber = new Map(rows.map((row) => [row.part_number, row]))
  let last = 0
  const chosen = asked.map((part) => {
    if (part.partNumber <= last) {
      throw ObjectErrors.InvalidPartOrder(
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
      )
    }
    last = part.partNumber
    const row = byNumber.get(part.partNumber)
    if (!row || row.etag !== part.etag.replaceAll('"', '') || !checksumsAgree(row, part)) {
      throw ObjectErrors.InvalidPart(
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { PartNumber: part.partNumber, ETag: part.etag.replaceAll('"', '') },
      )
    }
    return row
  })
  for (const row of chosen.slice(0, -1)) {
    if (row.size_bytes < limits.partSizeBytesMin) {
      throw ObjectErrors.EntityTooSmall(
        'Your proposed upload is smaller than the minimum allowed size',
        {
          ProposedSize: row.size_bytes,
          MinSizeAllowed: limits.partSizeBytesMin,
          PartNumber: row.part_number,
          ETag: row.etag,
        },
      )
    }
  }
  return chosen
}

function checksumsAgree(row: PartRow, part: CompletedPart): boolean {
  const known = JSON.parse(row.checksums) as Checksums
  return Object.entries(part.checksums ?? {}).every(
    ([name, value]) => known[name as ChecksumAlgorithm] === value,
  )
}

/** Hexadecimal MD5 of the parts' MD5s, and how many there are. */
function multipartEtag(parts: readonly PartRow[]): string {
  const hash = createHash('md5')
  for (const part of parts) hash.update(Buffer.from(part.etag, 'hex'))
  return `${hash.digest('hex')}-${parts.length}`
}

async function wholeChecksum(
  upload: UploadRow,
  parts: readonly PartRow[],
  input: CompleteInput,
): Promise<NonNullable<VersionContent['checksum']>> {
  const algorithm = upload.checksum_algorithm as ChecksumAlgorithm
  const type = upload.checksum_type as ChecksumType
  if (input.checksumType !== undefined && input.checksumType !== type) {
    throw ObjectErrors.InvalidRequest(
      `The upload was created using the ${type} checksum mode. The complete request must use the same checksum mode.`,
    )
  }
  const values = parts.map((part) => (JSON.parse(part.checksums) as Checksums)[algorithm]!)
  const value =
    type === 'COMPOSITE'
      ? `${await hashOf(algorithm, values)}-${parts.length}`
      : combineAll(algorithm, values, parts)
  const given = input.checksums?.[algorithm]
  if (given !== undefined && given !== value) {
    throw ObjectErrors.BadDigest(
      `The ${algorithm.toLowerCase()} you specified did not match the calculated checksum.`,
    )
  }
  return { algorithm, type, value }
}

function hashOf(algorithm: ChecksumAlgorithm, values: readonly string[]): Promise<string> {
  return checksumOf(algorithm, Buffer.concat(values.map((value) => Buffer.from(value, 'base64'))))
}

function combineAll(
  algorithm: ChecksumAlgorithm,
  values: readonly string[],
  parts: readonly PartRow[],
): string {
  assert(isLinear(algorithm), 'only a CRC of the whole follows from those of the parts')
  return values.reduce((whole, value, index) =>
    combineCrc(algorithm, whole, value, parts[index]!.size_bytes),
  )
}

function uploadAttributes(upload: UploadRow): ObjectAttributes {
  const json = <T>(text: string | null) => (text === null ? undefined : (JSON.parse(text) as T))
  return {
    contentType: upload.content_type ?? undefined,
    contentEncoding: upload.content_encoding ?? undefined,
    headers: json<SystemHeaders>(upload.headers),
    userMetadata: json<Record<string, string>>(upload.user_metadata),
    tags: json<Record<string, string>>(upload.tags),
    storageClass: upload.storage_class,
    acl: upload.acl ?? undefined,
    lock:
      upload.lock_mode !== null || upload.legal_hold === 1
        ? {
            mode: (upload.lock_mode as ObjectLock['mode']) ?? undefined,
            untilMs: upload.lock_until_ms ?? undefined,
            legalHold: upload.legal_hold === 1,
          }
        : undefined,
  }
}

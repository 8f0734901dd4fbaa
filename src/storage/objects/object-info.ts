import type { ObjectInfo, PublishInput } from './objects.ts'
import type { VersionRow } from './tables.ts'
import { nullVersionId } from './version-ids.ts'
import type { NewVersion } from './versions.ts'

/** The version that the publishing of a staged blob makes. */
export function toNewVersion(input: PublishInput, nowMs: number): NewVersion {
  const { blob } = input
  return {
    accountId: input.accountId,
    bucket: input.bucket,
    key: input.key,
    attributes: {
      contentType: input.contentType,
      contentEncoding: input.contentEncoding,
      userMetadata: input.userMetadata,
      storageClass: input.storageClass,
    },
    content: {
      sizeBytes: blob.sizeBytes,
      etag: blob.etag,
      blobId: blob.blobId,
      ...(blob.encryption ? { encryption: blob.encryption } : {}),
      checksum: { ...blob.checksum, type: 'FULL_OBJECT' },
    },
    created: { how: 'Put' },
    nowMs,
  }
}

/** A version as the other layers see it. */
export function toInfo(row: VersionRow): ObjectInfo {
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

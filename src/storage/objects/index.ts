export type { Annotation, Annotations, PutAnnotation } from './annotations.ts'
export type { BlobStore, BlobWritten } from './blob-store.ts'
export type { Bucket, Buckets } from './buckets.ts'
export {
  checksumAlgorithms,
  isChecksumAlgorithm,
  type ChecksumAlgorithm,
  type ChecksumType,
  type Checksums,
} from './checksums.ts'
export { checkRead, type ReadConditions, type WriteConditions } from './conditions.ts'
export { checkBytes, type Digested, type Expected } from './digest.ts'
export {
  keyDenied,
  recordOf,
  type EncryptionKeys,
  type EncryptionRecord,
  type EncryptionRequest,
  type PermitKey,
} from './encryption/object-encryption.ts'
export { openSealed, sealChunks } from './encryption/sealed-blob.ts'
export {
  deliverObjectEvents,
  type FunctionDestination,
  type NotificationTarget,
} from './notifications/destinations.ts'
export { covers as coversEvent } from './notifications/configuration.ts'
export type { Cause } from './notifications/object-event.ts'
export { ObjectErrors } from './errors.ts'
export type { Integrity, IntegrityProblem } from './integrity.ts'
export { guardedObjects, objectArn, type RequireRight } from './guarded-objects.ts'
export { limits as objectLimits } from './limits.ts'
export type { CurrentPage } from './listing.ts'
export { migrations } from './migrations.ts'
export { checkKey } from './names.ts'
export { createObjectStore, type ObjectPlaces } from './create-object-store.ts'
export type { ObjectStore, PutObjectInput } from './object-store.ts'
export type {
  ListInput,
  ListPage,
  ObjectInfo,
  ObjectRef,
  ReadRange,
  Objects,
  PublishInput,
  StagedBlob,
  StageTarget,
} from './objects.ts'
export { parsePlace, type Place } from './places/place.ts'
export { relocateObjects, type Relocated, type RelocationOptions } from './places/relocating.ts'
export { resolveCopyRange, resolveRange, type ByteRange } from './ranges.ts'
export type { BucketSettings, SettingRef } from './settings.ts'
export { defaultChecksum, defaultChecksumType } from './staging.ts'
export type { PartRow, RestoreTier, UploadRow, VersionRow } from './tables.ts'
export { isArchived, isBeingRestored, isRestored } from './tiering/storage-classes.ts'
export type { UploadRef } from './upload-rows.ts'
export type { CompletedPart } from './uploads.ts'
export type { BucketUsage } from './usage/usage.ts'
export { nullVersionId } from './version-ids.ts'
export type { ObjectAttributes, ObjectLock, SystemHeaders } from './versions.ts'
export type { ByteSource } from './staging.ts'

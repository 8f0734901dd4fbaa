/** The rows of the object store. Times are epoch milliseconds, booleans 0 or 1, JSON is text. */
export interface ObjectTables {
  readonly object_buckets: BucketRow
  readonly object_bucket_settings: SettingRow
  readonly object_versions: VersionRow
  readonly object_annotations: AnnotationRow
  readonly object_uploads: UploadRow
  readonly object_parts: PartRow
  readonly object_garbage: GarbageRow
  readonly object_epochs: EpochRow
  readonly object_places: PlaceRow
  readonly object_restored: RestoredRow
  readonly object_usage: UsageRow
  readonly object_inline: InlineRow
}

export interface BucketRow {
  readonly name: string
  readonly account_id: string
  readonly region: string
  readonly created_ms: number
  /** Empty when versioning was never set. */
  readonly versioning: '' | 'Enabled' | 'Suspended'
  readonly object_lock: number
  /** 1 when its notification configuration sends events anywhere. */
  readonly sends_events: number
}

/** A sub-resource of a bucket; `id` is empty but for configurations that a bucket may have many of. */
export interface SettingRow {
  readonly bucket: string
  readonly name: string
  readonly id: string
  readonly value: string
}

/** One version of an object, or a delete marker. */
export interface VersionRow {
  readonly bucket: string
  readonly key: string
  /** Orders the versions of a key: the smaller, the newer. */
  readonly age_rank: number
  /** `null` for what was put while versioning was not enabled. */
  readonly version_id: string
  readonly is_latest: number
  readonly delete_marker: number
  readonly size_bytes: number
  /** Without quotes. */
  readonly etag: string
  readonly last_modified_ms: number
  readonly storage_class: string
  /** The bytes, when they are one blob. */
  readonly blob_id: string | null
  /** The bytes, when they are the parts of this upload. */
  readonly upload_id: string | null
  readonly parts_count: number | null
  readonly content_type: string | null
  readonly content_encoding: string | null
  /** JSON of SystemHeaders. */
  readonly headers: string | null
  /** JSON of name and value. */
  readonly user_metadata: string | null
  /** JSON of tag keys and values. */
  readonly tags: string | null
  readonly checksum_algorithm: string | null
  readonly checksum_type: string | null
  readonly checksum_value: string | null
  /** JSON of the access control list, when it is not the default one. */
  readonly acl: string | null
  readonly lock_mode: string | null
  readonly lock_until_ms: number | null
  readonly legal_hold: number
  /** JSON of how the bytes are encrypted; null when they are not. */
  readonly encryption: string | null
  /** Of an object in intelligent tiering: where it has gone; null in the frequent access tier. */
  readonly access_tier: AccessTier | null
  /** Of an object in intelligent tiering: when it was read last, to the day; null when that was when it came. */
  readonly accessed_ms: number | null
  /** How fast an archived object shall be restored; null when nobody has asked. */
  readonly restore_tier: RestoreTier | null
  /** For how many days the restored copy shall stay; null of an object in intelligent tiering, which stays restored. */
  readonly restore_days: number | null
  /** When the restored copy goes; null while it is being made. */
  readonly restore_until_ms: number | null
  /** How many annotations it has. */
  readonly annotations: number
}

export type AccessTier =
  | 'INFREQUENT_ACCESS'
  | 'ARCHIVE_INSTANT_ACCESS'
  | 'ARCHIVE_ACCESS'
  | 'DEEP_ARCHIVE_ACCESS'

export type RestoreTier = 'Expedited' | 'Standard' | 'Bulk'

/** A named text at a version. */
export interface AnnotationRow {
  readonly bucket: string
  readonly key: string
  readonly age_rank: number
  readonly name: string
  /** Sealed with the version's data key, when that is encrypted. */
  readonly payload: Uint8Array
  readonly size_bytes: number
  /** Without quotes. */
  readonly etag: string
  readonly checksum_algorithm: string
  readonly checksum_value: string
  readonly last_modified_ms: number
}

/** A multipart upload under way. */
export interface UploadRow {
  readonly bucket: string
  readonly key: string
  /** Sorts by the time of initiation. */
  readonly upload_id: string
  readonly initiated_ms: number
  readonly initiator: string
  readonly storage_class: string
  readonly content_type: string | null
  readonly content_encoding: string | null
  readonly headers: string | null
  readonly user_metadata: string | null
  readonly tags: string | null
  readonly checksum_algorithm: string
  readonly checksum_type: string
  /** 1 when the client asked for the algorithm, 0 when it is the default. */
  readonly checksum_asked: number
  readonly acl: string | null
  readonly lock_mode: string | null
  readonly lock_until_ms: number | null
  readonly legal_hold: number
  /** JSON of how the bytes are encrypted; null when they are not. */
  readonly encryption: string | null
}

/** A part of an upload, and of the object that the upload became. */
export interface PartRow {
  readonly upload_id: string
  readonly part_number: number
  readonly size_bytes: number
  readonly etag: string
  /** JSON of algorithm and base64 value. */
  readonly checksums: string
  readonly blob_id: string
  readonly last_modified_ms: number
  /** Where the part starts in the object; null until the upload is completed. */
  readonly start_byte: number | null
}

/** A blob that no row names any more, to be removed from the disk. */
export interface GarbageRow {
  readonly blob_id: string
  /** The upload it was a part of, or the blob itself: what a reader pins. */
  readonly owner_id: string
}

/** A run of the server whose unpublished blobs are still to be swept. Blobs carry the epoch they were staged in. */
export interface EpochRow {
  readonly epoch: string
  readonly started_ms: number
}

/** A place that blobs lie in. */
export interface PlaceRow {
  /** `moving` is where the bytes of the first place are being moved to: while there is such a row, they lie in both. */
  readonly tier: 'hot' | 'cold' | 'moving'
  /** What the mark there says. */
  readonly place_id: string
  /** For people. */
  readonly location: string
}

/** A temporary copy of an archived blob. */
export interface RestoredRow {
  readonly archived_blob_id: string
  readonly blob_id: string
  /** The upload that the archived blob is a part of, or the archived blob itself. */
  readonly owner_id: string
}

/** What a bucket holds in a storage class; triggers keep it. */
export interface UsageRow {
  readonly bucket: string
  readonly storage_class: string
  readonly objects: number
  readonly object_bytes: number
  /** Versions that are not current. */
  readonly noncurrent: number
  readonly noncurrent_bytes: number
  readonly delete_markers: number
}

/** A small blob that has yet to go to the store; the version that names it was committed with it. */
export interface InlineRow {
  /** The number in its id. */
  readonly id: number
  readonly blob_id: string
  readonly size_bytes: number
  readonly bytes: Uint8Array
}

import { assert } from '#kit'
import type { DeaggregationSettings } from './transforms/deaggregation.ts'
import type { LambdaSettings } from './transforms/lambda.ts'
import type { MetadataSettings } from './transforms/metadata-extraction.ts'
import type { ValidationSettings } from './transforms/validation.ts'

/** Whose delivery streams, and where. */
export interface DeliveryScope {
  readonly accountId: string
  readonly region: string
}

export interface DeliveryRef extends DeliveryScope {
  readonly name: string
}

/** Those of Firehose. */
export const compressions = ['UNCOMPRESSED', 'GZIP', 'ZIP', 'Snappy', 'HADOOP_SNAPPY'] as const
export type Compression = (typeof compressions)[number] | 'ZSTD'

/** Where a lane of a delivery stream writes, and when. */
export type Target = S3Target | HttpTarget | IcebergTarget

interface Buffered {
  /** A batch is delivered when it holds this much of the source's bytes… */
  readonly bufferBytes: number
  /** …or when its oldest record has waited this long; 0 for at once. */
  readonly bufferMs: number
  /** Where errors are told. */
  readonly logging?: { readonly group: string; readonly stream: string }
}

export interface S3Target extends Buffered {
  readonly kind: 's3'
  readonly bucket: string
  /** The role that writes there. */
  readonly roleArn: string
  /** The KMS key that objects are encrypted under; undefined for what the bucket says. */
  readonly keyArn?: string
  /** With expressions; undefined for the default of hours. */
  readonly prefix: string | undefined
  /** Objects are named `<prefix>-<uuid><extension>`, and nothing else is added to a prefix: as the template of a channel has it. */
  readonly isTemplate?: true
  /** Undefined for STANDARD. */
  readonly storageClass?: string
  readonly errorPrefix: string | undefined
  readonly compression: Compression
  /** With its dot; replaces the extension that the format gives. */
  readonly fileExtension?: string
  readonly timeZone: string
  /** Written after each record. */
  readonly delimiter?: string
  readonly conversion?: Conversion
  /** The prefix names keys that each record has: dynamic partitioning. */
  readonly partitioned?: boolean
}

/** An HTTP endpoint that speaks Firehose's format. */
export interface HttpTarget extends Buffered {
  readonly kind: 'http'
  readonly url: string
  /** Sealed. */
  readonly accessKey?: string
  readonly contentEncoding: 'NONE' | 'GZIP'
  readonly commonAttributes: Readonly<Record<string, string>>
  /** How long a request is tried before its records go to `DeliverySettings.failed`. */
  readonly retryMs: number
}

/** Iceberg tables of the catalog. */
export interface IcebergTarget extends Buffered {
  readonly kind: 'iceberg'
  /** The role that writes to them. */
  readonly roleArn: string
  /** Of the catalog. */
  readonly region: string
  /** The tables that are named; records may name others. */
  readonly tables: readonly {
    readonly database: string
    readonly table: string
    /** By what rows are updated and deleted; empty for the identifier fields of the table. */
    readonly uniqueKeys: readonly string[]
  }[]
  /** Records neither update nor delete. */
  readonly appendOnly: boolean
}

/** Of JSON records to Parquet, by the columns of a table. */
export interface Conversion {
  readonly database: string
  readonly table: string
  readonly region: string
  /** The role that reads the table. */
  readonly roleArn: string
  readonly catalogId: string | undefined
  /** `LATEST` follows the catalog. */
  readonly versionId: string
  readonly reader: JsonReader
  readonly parquet: {
    readonly compression: 'SNAPPY' | 'GZIP' | 'UNCOMPRESSED' | 'ZSTD'
    readonly version: 'V1' | 'V2'
  }
  /** Files of ORC instead of Parquet. */
  readonly orc?: { readonly compression: 'none' | 'zlib' | 'snappy' }
}

/** How a record's JSON is read. */
export type JsonReader =
  | {
      readonly kind: 'openx'
      readonly caseInsensitive: boolean
      readonly dotsToUnderscores: boolean
      /** Column name to JSON key. */
      readonly mappings: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'hive'
      /** Joda patterns, and `millis`; empty for `java.sql.Timestamp`'s. */
      readonly timestampFormats: readonly string[]
    }

export type DeliverySource =
  /** The hint is kept for its owner: it changes nothing. */
  | { readonly kind: 'direct'; readonly throughputHintMBs?: number }
  | {
      readonly kind: 'stream'
      /** Its ARN. */
      readonly stream: string
      readonly roleArn: string
      /** It is a channel of the stream, not one of Firehose: see `channels/channel.ts`. */
      readonly channel?: { readonly streamCreatedMs: number }
    }

export interface DeliverySettings {
  readonly target: Target
  /** All records as they came, to a second place. */
  readonly backup?: S3Target
  /** Where records go that the target does not take; those of S3 are under its own error prefix when there is none. */
  readonly failed?: S3Target
  /** What records go through on the way to the target, in this order. */
  readonly transforms?: readonly TransformSettings[]
}

export type TransformSettings =
  | { readonly kind: 'decompression' }
  | { readonly kind: 'cloudWatchLogs' }
  | LambdaSettings
  | DeaggregationSettings
  | MetadataSettings
  | ValidationSettings

/** Where records go that a target does not take. */
export function errorPlaceOf({ failed }: DeliverySettings, target: Target): S3Target {
  const place = failed ?? (target.kind === 's3' ? target : undefined)
  assert(place, 'a target other than S3 has a place for what fails')
  return place
}

/** A delivery stream, as its owner sees it. */
export interface DeliveryStream extends DeliveryScope {
  readonly id: string
  readonly name: string
  readonly source: DeliverySource
  readonly settings: DeliverySettings
  /** The destination as the front described it: kept and given back, not read. */
  readonly description: Readonly<Record<string, unknown>>
  readonly encryption: Readonly<Record<string, unknown>>
  readonly tags: Readonly<Record<string, string>>
  /** 1 at creation, one more for each change. */
  readonly version: number
  readonly createdMs: number
  readonly updatedMs: number | undefined
}

export function deliveryArn({ accountId, region, name }: DeliveryRef): string {
  return `arn:aws:firehose:${region}:${accountId}:deliverystream/${name}`
}

/** The two ways a record takes: to the destination, and to the backup. Each has its own place in the source. */
export type LaneName = 'target' | 'backup'

/** How a lane is doing. */
export interface LaneState {
  readonly deliveredRecords: number
  readonly deliveredBytes: number
  readonly failedRecords: number
  /** Since when, how often and why the lane cannot deliver; undefined while all is well. */
  readonly trouble?: {
    readonly sinceMs: number
    readonly attempts: number
    readonly message: string
  }
}

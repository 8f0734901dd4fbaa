import type { Selectable } from 'kysely'

/** Booleans are 0 or 1, times epoch milliseconds, hash keys and sequences decimal text. */
export interface StreamTables {
  readonly streams_streams: {
    readonly account_id: string
    readonly region: string
    readonly name: string
    readonly log_id: string
    readonly status: string
    readonly mode: string
    readonly created_at_ms: number
    readonly retention_hours: number
    readonly record_size_kib_max: number
    readonly warm_throughput_mibps: number | null
    readonly record_distribution: string
    readonly kms_key_id: string | null
    /** JSON: a list of names. */
    readonly shard_level_metrics: string
    /** JSON: key to value. */
    readonly tags: string
  }
  readonly streams_shards: {
    readonly log_id: string
    readonly number: number
    readonly starting_hash_key: string
    readonly ending_hash_key: string
    readonly created_at_ms: number
    readonly parent_number: number | null
    readonly adjacent_parent_number: number | null
    readonly closed_at_ms: number | null
    readonly last_sequence: string | null
  }
  readonly streams_consumers: {
    readonly log_id: string
    readonly name: string
    readonly created_at_ms: number
    readonly tags: string
  }
  readonly streams_policies: {
    readonly log_id: string
    /** The stream's ARN or a consumer's. */
    readonly arn: string
    readonly policy: string
  }
  readonly streams_peaks: {
    readonly log_id: string
    /** Days since the epoch. */
    readonly day: number
    readonly records_per_second: number
    readonly bytes_per_second: number
  }
  /** Logs whose records are sealed from now on. */
  readonly streams_sealed_logs: {
    readonly log_id: string
    readonly kms_key_arn: string
  }
  /** The keys that records were sealed with, each sealed under its KMS key. */
  readonly streams_data_keys: {
    readonly log_id: string
    readonly number: number
    readonly kms_key_arn: string
    readonly sealed_key: Uint8Array
    readonly created_at_ms: number
  }
  /** What accounts have committed themselves to; `ends_at_ms` once they have asked for its end. */
  readonly streams_commitments: {
    readonly account_id: string
    readonly region: string
    readonly started_at_ms: number
    readonly ends_at_ms: number | null
  }
  /** What was done and is limited in 24 hours, where AWS's limits are enforced. */
  readonly streams_daily_changes: {
    /** A stream by its log, or what else is changed by its id. */
    readonly subject: string
    readonly change: string
    readonly at_ms: number
  }
  readonly streams_settings: {
    readonly name: string
    readonly value: string
  }
}

export type StreamRow = Selectable<StreamTables['streams_streams']>
export type ShardRow = Selectable<StreamTables['streams_shards']>
export type ConsumerRow = Selectable<StreamTables['streams_consumers']>

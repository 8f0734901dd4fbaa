import type { FunctionScope } from '../records.ts'
import type { MappingRow } from '../tables.ts'

export type StartingPosition =
  | { readonly type: 'TRIM_HORIZON' }
  | { readonly type: 'LATEST' }
  | { readonly type: 'AT_TIMESTAMP'; readonly timestampMs: number }

/** How records are given to the function; may be changed. https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html */
export interface MappingSettings {
  /** As it was named, with its version or alias. */
  readonly functionArn: string
  readonly enabled: boolean
  readonly batchSize: number
  /** How long records may wait for others. */
  readonly windowMs: number
  /** The length of the windows that carry a state from call to call; without, there are none. */
  readonly tumblingMs?: number | undefined
  /** Batches of one shard at once, those of a partition key one after another. */
  readonly parallelization: number
  readonly bisects: boolean
  /** -1 for no end. */
  readonly retriesMax: number
  /** -1 for no end. */
  readonly ageSecondsMax: number
  /** The answer says which records failed. */
  readonly reportsFailures: boolean
  /** ARN of a function or a bucket. */
  readonly onFailure?: string | undefined
  /** Patterns, as JSON; a record that matches none is passed over. Without any all records are taken. */
  readonly filters?: readonly string[] | undefined
  /** The patterns as they lie under `kmsKeyArn`, in the place of `filters`. */
  readonly sealedFilters?: SealedFilters | undefined
  readonly kmsKeyArn?: string | undefined
  /** CloudWatch is told what becomes of the records. */
  readonly countsEvents?: boolean | undefined
  readonly tags: Readonly<Record<string, string>>
}

export interface SealedFilters {
  /** Base64. */
  readonly ciphertext: string
  /** The function that they were sealed for: its ARN is authenticated with them. */
  readonly functionArn: string
}

/** Gives the records of a stream to a function. */
export interface Mapping extends FunctionScope {
  readonly id: string
  /** ARN of a Kinesis stream, or of a consumer of one. */
  readonly sourceArn: string
  readonly starting: StartingPosition
  readonly settings: MappingSettings
  readonly modifiedMs: number
}

export function mappingArn({ accountId, region, id }: Mapping): string {
  return `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${id}`
}

export function toMapping(row: MappingRow): Mapping {
  return {
    id: row.id,
    accountId: row.account_id,
    region: row.region,
    sourceArn: row.source_arn,
    starting: JSON.parse(row.starting) as StartingPosition,
    settings: JSON.parse(row.settings) as MappingSettings,
    modifiedMs: row.modified_ms,
  }
}

export function mappingRow(mapping: Mapping): MappingRow {
  return {
    id: mapping.id,
    account_id: mapping.accountId,
    region: mapping.region,
    source_arn: mapping.sourceArn,
    starting: JSON.stringify(mapping.starting),
    settings: JSON.stringify(mapping.settings),
    modified_ms: mapping.modifiedMs,
  }
}

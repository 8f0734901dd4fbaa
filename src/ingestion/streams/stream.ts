/** Whose namespace a stream belongs to. */
export interface StreamScope {
  readonly accountId: string
  readonly region: string
}

/** A stream by its name or its ARN; when both are given they must mean the same. */
export interface StreamReference {
  readonly name?: string
  readonly arn?: string
}

export type StreamStatus = 'CREATING' | 'ACTIVE' | 'UPDATING' | 'DELETING'
export type StreamMode = 'PROVISIONED' | 'ON_DEMAND'
export type RecordDistribution = 'USER_PARTITION_KEY' | 'AUTO'

export interface Shard {
  readonly id: string
  readonly number: number
  readonly startingHashKey: bigint
  readonly endingHashKey: bigint
  readonly createdAtMs: number
  readonly parentId?: string
  readonly adjacentParentId?: string
  /** Only a closed shard has these: when it was closed, and its last sequence in the log. */
  readonly closedAtMs?: number
  readonly lastSequence?: bigint
}

export interface Stream extends StreamScope {
  readonly name: string
  readonly arn: string
  /** Where its records are: `StreamLog` keeps each shard under this and the shard's id. */
  readonly logId: string
  readonly status: StreamStatus
  readonly mode: StreamMode
  readonly createdAtMs: number
  readonly retentionHours: number
  readonly recordSizeKibMax: number
  readonly warmThroughputMibps?: number
  readonly recordDistribution: RecordDistribution
  /** The KMS key that was named for encryption, as stored. */
  readonly kmsKeyId?: string
  readonly shardLevelMetrics: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  readonly shards: readonly Shard[]
}

export interface Consumer {
  readonly name: string
  readonly arn: string
  readonly streamArn: string
  readonly createdAtMs: number
  readonly tags: Readonly<Record<string, string>>
}

export function streamArn({ accountId, region, name }: StreamScope & { readonly name: string }) {
  return `arn:aws:kinesis:${region}:${accountId}:stream/${name}`
}

export function isOpen(shard: Shard): boolean {
  return shard.closedAtMs === undefined
}

export interface ParsedArn extends StreamScope {
  readonly name: string
  /** When it is a consumer's ARN. */
  readonly consumer?: { readonly name: string; readonly createdAtSeconds: number }
}

const arnPattern =
  /^arn:aws[a-z-]*:kinesis:([a-z0-9-]*):(\d{12}):stream\/([a-zA-Z0-9_.-]{1,128})(?:\/consumer\/([a-zA-Z0-9_.-]{1,128}):(\d+))?$/

export function parseArn(arn: string): ParsedArn | undefined {
  const [, region, accountId, name, consumer, created] = arnPattern.exec(arn) ?? []
  if (!region || !accountId || !name) return undefined
  return {
    region,
    accountId,
    name,
    ...(consumer ? { consumer: { name: consumer, createdAtSeconds: Number(created) } } : {}),
  }
}

import type { Channels } from '#ingestion/delivery'
import type { KmsKeys, LogKeys, Streams } from '#ingestion/streams'
import type { Clock } from '#kit'
import { operationFor } from '#protocol/aws'
import type { MayUseKey } from './kms-keys.ts'

/** What Kinesis operations may touch. */
export interface KinesisContext {
  readonly streams: Streams
  /** What leads streams to buckets. */
  readonly channels: Channels
  /** What the records of streams are sealed with. */
  readonly logKeys: LogKeys
  readonly kms: KmsKeys
  readonly mayUseKey: MayUseKey
  readonly clock: Clock
  /** Whether the trust policy of a role lets Kinesis act in it for a channel of an account. */
  readonly mayAssume: (roleArn: string, accountId: string, channelArn: string) => Promise<boolean>
  /** Undefined when there is no such bucket. */
  readonly findBucket: (
    name: string,
  ) => Promise<{ readonly accountId: string; readonly region: string } | undefined>
  /** Whether AWS's limits are enforced. */
  readonly quotas: boolean
}

export const operation = operationFor<KinesisContext>()

import type { KmsKeys, LogKeys, Streams } from '#ingestion/streams'
import type { Clock } from '#kit'
import { operationFor } from '#protocol/aws'
import type { MayUseKey } from './kms-keys.ts'

/** What Kinesis operations may touch. */
export interface KinesisContext {
  readonly streams: Streams
  /** What the records of streams are sealed with. */
  readonly logKeys: LogKeys
  readonly kms: KmsKeys
  readonly mayUseKey: MayUseKey
  readonly clock: Clock
}

export const operation = operationFor<KinesisContext>()

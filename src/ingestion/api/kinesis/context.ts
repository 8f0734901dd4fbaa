import type { Streams } from '#ingestion/streams'
import type { Clock } from '#kit'
import { operationFor } from '#protocol/aws'

/** What Kinesis operations may touch. */
export interface KinesisContext {
  readonly streams: Streams
  readonly clock: Clock
}

export const operation = operationFor<KinesisContext>()

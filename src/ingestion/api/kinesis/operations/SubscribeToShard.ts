import {
  SubscribeToShard$,
  type SubscribeToShardEventStream,
  type SubscribeToShardInput,
  type SubscribeToShardOutput,
} from '@aws-sdk/client-kinesis'
import type { StreamRecord, SubscriptionEvent } from '#ingestion/streams'
import { operation } from '../context.ts'
import { checkMayOpen } from '../kms-keys.ts'
import { positionOf } from '../position.ts'
import { asWireChild, asWireRecords, refuseDryRun } from '../shapes.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SubscribeToShard.html
 *
 * Records are sent when they are durable; a shard without any sends an empty event every five seconds.
 */
export const SubscribeToShard = operation<SubscribeToShardInput, SubscribeToShardOutput>(
  SubscribeToShard$,
  async (input, ctx) => {
    const { Type, SequenceNumber, Timestamp } = input.StartingPosition!
    const position = positionOf(
      { type: Type!, sequenceNumber: SequenceNumber, timestamp: Timestamp },
      ctx.clock.now(),
    )
    const wanted = { consumerArn: input.ConsumerARN!, shardId: input.ShardId!, position }
    if (input.DryRun) await ctx.streams.checkSubscription(ctx, wanted)
    refuseDryRun(input)
    const events = await ctx.streams.subscribe(ctx, wanted, ctx.signal)
    // A consumer's ARN begins with that of its stream.
    const streamArn = input.ConsumerARN!.replace(/\/consumer\/.*$/s, '')
    const check = (records: readonly StreamRecord[]) => checkMayOpen(ctx, records, streamArn)
    return { EventStream: asWireEvents(events, check) }
  },
)

async function* asWireEvents(
  events: AsyncIterable<SubscriptionEvent>,
  check: (records: readonly StreamRecord[]) => Promise<void>,
): AsyncGenerator<SubscribeToShardEventStream> {
  for await (const event of events) {
    await check(event.records)
    yield {
      SubscribeToShardEvent: {
        Records: asWireRecords(event.records),
        // Its absence tells a client that the shard has ended, though the model has it as always there.
        ContinuationSequenceNumber: event.continuationSequenceNumber as string,
        MillisBehindLatest: event.millisBehindLatest,
        ChildShards: event.childShards?.map(asWireChild),
      },
    }
  }
}

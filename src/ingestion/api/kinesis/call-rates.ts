import { StreamErrors } from '#ingestion/streams'
import type { Call, Operation } from '#protocol/aws'
import type { KinesisContext } from './context.ts'

/**
 * Calls a second of an account in a region, as the page of each operation tells
 * (https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html). Enforced with `--aws-quotas`.
 */
const callsPerSecond: Readonly<Record<string, number>> = {
  AddTagsToStream: 5,
  CreateStream: 5,
  DecreaseStreamRetentionPeriod: 5,
  DeleteStream: 5,
  DescribeAccountSettings: 5,
  DescribeLimits: 1,
  DescribeStream: 10,
  DescribeStreamSummary: 20,
  DisableEnhancedMonitoring: 5,
  EnableEnhancedMonitoring: 5,
  IncreaseStreamRetentionPeriod: 5,
  ListStreams: 5,
  ListTagsForStream: 5,
  MergeShards: 5,
  RegisterStreamConsumer: 5,
  RemoveTagsFromStream: 5,
  SplitShard: 5,
  UpdateAccountSettings: 5,
  UpdateShardCount: 10,
  UpdateStreamWarmThroughput: 5,
}

/** Calls a second for each stream. */
const callsPerSecondOfStream: Readonly<Record<string, number>> = {
  DeregisterStreamConsumer: 5,
  DescribeStreamConsumer: 20,
  ListStreamConsumers: 5,
}

/** The operations, each refused when its account calls it too often. */
export function withCallRates(
  operations: Readonly<Record<string, Operation<KinesisContext>>>,
): Readonly<Record<string, Operation<KinesisContext>>> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => {
      const ofAccount = callsPerSecond[name]
      const ofStream = callsPerSecondOfStream[name]
      if (ofAccount !== undefined) return [name, withRate(operation, () => name, ofAccount)]
      if (ofStream === undefined) return [name, operation]
      return [name, withRate(operation, (input) => `${name}/${streamIn(input)}`, ofStream)]
    }),
  )
}

/** The ARN of the stream, also out of that of a consumer. */
function streamIn({ StreamARN, ConsumerARN }: Readonly<Record<string, unknown>>): string {
  return String(StreamARN ?? ConsumerARN).split('/consumer/')[0]!
}

function withRate(
  operation: Operation<KinesisContext>,
  nameOf: (input: Readonly<Record<string, unknown>>) => string,
  perSecond: number,
): Operation<KinesisContext> {
  return {
    ...operation,
    handler: (input: never, ctx: Call & KinesisContext) => {
      if (!ctx.streams.mayCall(ctx, nameOf(input), perSecond)) {
        throw StreamErrors.CallRateExceeded(`Rate exceeded for account ${ctx.accountId}.`)
      }
      return operation.handler(input, ctx)
    },
  }
}

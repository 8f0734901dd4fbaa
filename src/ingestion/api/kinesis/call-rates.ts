import { StreamErrors, parseArn } from '#ingestion/streams'
import type { Call, Operation } from '#protocol/aws'
import type { KinesisContext } from './context.ts'
import { streamOfPage } from './page-token.ts'

type Context = Call & KinesisContext
type Input = Readonly<Record<string, unknown>>

/**
 * Calls a second of an account in a region, as the page of each operation tells, or else
 * https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html. Where the two differ in whether it is for the account or for
 * each stream, it is the one that lets less pass. Enforced with `--aws-quotas`.
 */
const callsPerSecond: Readonly<Record<string, number>> = {
  AddTagsToStream: 5,
  CreateChannel: 5,
  CreateStream: 5,
  DeleteChannel: 5,
  DeleteResourcePolicy: 5,
  DeleteStream: 5,
  DescribeAccountSettings: 5,
  DescribeChannel: 5,
  DescribeLimits: 1,
  DescribeStream: 10,
  DescribeStreamSummary: 20,
  GetResourcePolicy: 5,
  ListChannels: 5,
  ListStreams: 5,
  ListTagsForStream: 5,
  MergeShards: 5,
  PutResourcePolicy: 5,
  RegisterStreamConsumer: 5,
  RemoveTagsFromStream: 5,
  SplitShard: 5,
  UpdateAccountSettings: 5,
  UpdateChannel: 5,
  UpdateShardCount: 10,
  UpdateStreamWarmThroughput: 5,
}

/** Calls a second for each stream. */
const callsPerSecondOfStream: Readonly<Record<string, number>> = {
  DecreaseStreamRetentionPeriod: 5,
  DeregisterStreamConsumer: 5,
  DescribeStreamConsumer: 20,
  DisableEnhancedMonitoring: 5,
  EnableEnhancedMonitoring: 5,
  IncreaseStreamRetentionPeriod: 5,
  ListShards: 1000,
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
      if (ofAccount !== undefined) {
        return [name, { ...operation, handler: forAccount(name, operation, ofAccount) }]
      }
      if (ofStream === undefined) return [name, operation]
      return [name, { ...operation, handler: forStream(name, operation, ofStream) }]
    }),
  )
}

type Handler = Operation<KinesisContext>['handler']

function forAccount(name: string, { handler }: Operation<KinesisContext>, max: number): Handler {
  return (input: never, ctx: Context) => {
    if (ctx.streams.mayCall(ctx, name, max)) return handler(input, ctx)
    throw StreamErrors.CallRateExceeded(`Rate exceeded for account ${ctx.accountId}.`)
  }
}

function forStream(name: string, { handler }: Operation<KinesisContext>, max: number): Handler {
  return (input: never, ctx: Context) => {
    const stream = streamIn(input, ctx)
    if (ctx.streams.mayCall(ctx, `${name}/${stream}`, max)) return handler(input, ctx)
    throw StreamErrors.CallRateExceeded(
      `Rate exceeded for stream ${stream} under account ${ctx.accountId}.`,
    )
  }
}

/** The name of the stream that is meant by it, by an ARN (also that of a consumer), or by the token of a further page. */
function streamIn({ StreamARN, ConsumerARN, StreamName, NextToken }: Input, ctx: Context): string {
  const arn = StreamARN ?? ConsumerARN
  if (typeof arn === 'string') return parseArn(arn)?.name ?? arn
  if (typeof StreamName === 'string') return StreamName
  return (typeof NextToken === 'string' && streamOfPage(ctx.streams, ctx, NextToken)) || ''
}

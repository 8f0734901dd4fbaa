import { CreateStream$, type CreateStreamInput } from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
 *
 * The stream is ACTIVE when this answers.
 */
export const CreateStream = operation<CreateStreamInput, object>(
  CreateStream$,
  async (input, ctx) => {
    if (input.WarmThroughputMiBps !== undefined) {
      await ctx.streams.commitments.mustAllowWarmThroughput(ctx)
    }
    await ctx.streams.create(ctx, {
      name: input.StreamName!,
      mode: input.StreamModeDetails?.StreamMode ?? 'PROVISIONED',
      shardCount: input.ShardCount,
      tags: input.Tags,
      recordSizeKibMax: input.MaxRecordSizeInKiB,
      warmThroughputMibps: input.WarmThroughputMiBps,
      recordDistribution: input.RecordDistributionStrategy,
    })
    return {}
  },
)

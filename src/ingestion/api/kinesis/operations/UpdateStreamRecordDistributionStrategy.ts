import {
  UpdateStreamRecordDistributionStrategy$,
  type UpdateStreamRecordDistributionStrategyInput,
} from '@aws-sdk/client-kinesis'
import { mustBeActive, mustFitMode } from '#ingestion/streams'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamRecordDistributionStrategy.html. In force when it answers. */
export const UpdateStreamRecordDistributionStrategy = operation<
  UpdateStreamRecordDistributionStrategyInput,
  object
>(UpdateStreamRecordDistributionStrategy$, async (input, ctx) => {
  await ctx.streams.change(ctx, { arn: input.StreamARN! }, (stream) => {
    mustBeActive(stream)
    mustFitMode({ mode: stream.mode, recordDistribution: input.RecordDistributionStrategy })
    return { record_distribution: input.RecordDistributionStrategy! }
  })
  return {}
})

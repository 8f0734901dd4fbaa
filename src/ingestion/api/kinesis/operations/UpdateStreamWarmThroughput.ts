import {
  UpdateStreamWarmThroughput$,
  type UpdateStreamWarmThroughputInput,
  type UpdateStreamWarmThroughputOutput,
} from '@aws-sdk/client-kinesis'
import { StreamErrors, mustBeActive, mustBeWhole } from '#ingestion/streams'
import { operation } from '../context.ts'
import { referenceOf } from '../shapes.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamWarmThroughput.html
 *
 * The shards are there when this answers. A commitment of the account is asked for with `--aws-quotas` alone.
 */
export const UpdateStreamWarmThroughput = operation<
  UpdateStreamWarmThroughputInput,
  UpdateStreamWarmThroughputOutput
>(UpdateStreamWarmThroughput$, async (input, ctx) => {
  const warm = input.WarmThroughputMiBps!
  mustBeWhole('WarmThroughputMiBps', warm)
  await ctx.streams.commitments.mustAllowWarmThroughput(ctx)
  const stream = await ctx.streams.change(ctx, referenceOf(input), (found) => {
    mustBeActive(found)
    if (found.mode !== 'ON_DEMAND') {
      throw StreamErrors.InvalidArgument(
        `Stream ${found.name} under account ${found.accountId} is in Provisioned mode, which has no warm throughput.`,
      )
    }
    return { warm_throughput_mibps: warm }
  })
  await ctx.streams.warm(stream)
  return {
    StreamName: stream.name,
    StreamARN: stream.arn,
    WarmThroughput: { TargetMiBps: warm, CurrentMiBps: warm },
  }
})

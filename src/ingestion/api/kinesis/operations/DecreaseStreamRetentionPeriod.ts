import {
  DecreaseStreamRetentionPeriod$,
  type DecreaseStreamRetentionPeriodInput,
} from '@aws-sdk/client-kinesis'
import { StreamErrors, mustBeActive } from '#ingestion/streams'
import { operation } from '../context.ts'
import { checkRetention } from '../retention.ts'
import { referenceOf } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DecreaseStreamRetentionPeriod.html */
export const DecreaseStreamRetentionPeriod = operation<DecreaseStreamRetentionPeriodInput, object>(
  DecreaseStreamRetentionPeriod$,
  async (input, ctx) => {
    const hours = input.RetentionPeriodHours!
    checkRetention(hours)
    await ctx.streams.change(ctx, referenceOf(input), (stream) => {
      mustBeActive(stream)
      if (stream.retentionHours < hours) {
        throw StreamErrors.InvalidArgument(
          `Requested retention period (${hours} hours) for stream ${stream.name} can not be longer than existing retention period (${stream.retentionHours} hours). Use IncreaseRetentionPeriod API.`,
        )
      }
      return { retention_hours: hours }
    })
    return {}
  },
)

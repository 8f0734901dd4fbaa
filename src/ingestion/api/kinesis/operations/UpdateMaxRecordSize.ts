import { UpdateMaxRecordSize$, type UpdateMaxRecordSizeInput } from '@aws-sdk/client-kinesis'
import { mustBeActive, mustBeWhole } from '#ingestion/streams'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateMaxRecordSize.html */
export const UpdateMaxRecordSize = operation<UpdateMaxRecordSizeInput, object>(
  UpdateMaxRecordSize$,
  async (input, ctx) => {
    mustBeWhole('MaxRecordSizeInKiB', input.MaxRecordSizeInKiB!)
    await ctx.streams.change(ctx, { arn: input.StreamARN }, (stream) => {
      mustBeActive(stream)
      return { record_size_kib_max: input.MaxRecordSizeInKiB! }
    })
    return {}
  },
)

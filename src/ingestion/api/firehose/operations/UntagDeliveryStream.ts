import {
  UntagDeliveryStream$,
  type UntagDeliveryStreamInput,
  type UntagDeliveryStreamOutput,
} from '@aws-sdk/client-firehose'
import { operation } from '../context.ts'
import { streamOf } from '../subject.ts'

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_UntagDeliveryStream.html */
export const UntagDeliveryStream = operation<UntagDeliveryStreamInput, UntagDeliveryStreamOutput>(
  UntagDeliveryStream$,
  async (input, ctx) => {
    const gone = new Set(input.TagKeys)
    await ctx.delivery.changeTags(streamOf(ctx, input), (tags) =>
      Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key))),
    )
    return {}
  },
)

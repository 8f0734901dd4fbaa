import {
  TagDeliveryStream$,
  type TagDeliveryStreamInput,
  type TagDeliveryStreamOutput,
} from '@aws-sdk/client-firehose'
import { operation } from '../context.ts'
import { streamOf } from '../subject.ts'
import { checkCount, toTags } from '../tags.ts'

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_TagDeliveryStream.html */
export const TagDeliveryStream = operation<TagDeliveryStreamInput, TagDeliveryStreamOutput>(
  TagDeliveryStream$,
  async (input, ctx) => {
    await ctx.delivery.changeTags(streamOf(ctx, input), (tags) =>
      checkCount({ ...tags, ...toTags(input.Tags!) }),
    )
    return {}
  },
)

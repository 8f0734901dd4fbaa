import { UntagResource$, type UntagResourceInput } from '@aws-sdk/client-kinesis'
import { parseChannelArn } from '#ingestion/delivery'
import { parseArn, withoutTags } from '#ingestion/streams'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UntagResource.html */
export const UntagResource = operation<UntagResourceInput, object>(
  UntagResource$,
  async (input, ctx) => {
    const keys = input.TagKeys!
    const arn = input.ResourceARN!
    if (parseChannelArn(arn)) {
      await ctx.channels.changeTags(ctx, arn, ({ tags }) => withoutTags(tags, keys))
    } else if (parseArn(arn)?.consumer) {
      await ctx.streams.consumers.changeTags(ctx, arn, (consumer) =>
        withoutTags(consumer.tags, keys),
      )
    } else {
      await ctx.streams.change(ctx, { arn }, (stream) => ({
        tags: JSON.stringify(withoutTags(stream.tags, keys)),
      }))
    }
    return {}
  },
)

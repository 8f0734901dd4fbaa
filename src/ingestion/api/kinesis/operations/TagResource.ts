import { TagResource$, type TagResourceInput } from '@aws-sdk/client-kinesis'
import { nameOfChannel, parseChannelArn } from '#ingestion/delivery'
import { parseArn, withTags } from '#ingestion/streams'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_TagResource.html */
export const TagResource = operation<TagResourceInput, object>(TagResource$, async (input, ctx) => {
  const added = input.Tags!
  const arn = input.ResourceARN!
  if (parseChannelArn(arn)) {
    await ctx.channels.changeTags(ctx, arn, (channel) =>
      withTags({ name: nameOfChannel(channel), accountId: ctx.accountId }, channel.tags, added),
    )
  } else if (parseArn(arn)?.consumer) {
    await ctx.streams.consumers.changeTags(ctx, arn, (consumer) =>
      withTags({ name: consumer.name, accountId: ctx.accountId }, consumer.tags, added),
    )
  } else {
    await ctx.streams.change(ctx, { arn }, (stream) => ({
      tags: JSON.stringify(withTags(stream, stream.tags, added)),
    }))
  }
  return {}
})

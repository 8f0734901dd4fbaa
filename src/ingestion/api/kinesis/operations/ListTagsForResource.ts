import {
  ListTagsForResource$,
  type ListTagsForResourceInput,
  type ListTagsForResourceOutput,
} from '@aws-sdk/client-kinesis'
import { parseChannelArn } from '#ingestion/delivery'
import { parseArn } from '#ingestion/streams'
import { operation } from '../context.ts'
import { asWireTags } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListTagsForResource.html */
export const ListTagsForResource = operation<ListTagsForResourceInput, ListTagsForResourceOutput>(
  ListTagsForResource$,
  async (input, ctx) => {
    const arn = input.ResourceARN!
    if (parseChannelArn(arn)) return { Tags: asWireTags(ctx.channels.find(ctx, arn).tags) }
    const { tags } = parseArn(arn)?.consumer
      ? await ctx.streams.consumers.find(ctx, { arn })
      : await ctx.streams.find(ctx, { arn })
    return { Tags: asWireTags(tags) }
  },
)

import {
  ListTagsForStream$,
  type ListTagsForStreamInput,
  type ListTagsForStreamOutput,
} from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'
import { pageLimit } from '../page-limit.ts'
import { asWireTags, referenceOf } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListTagsForStream.html */
export const ListTagsForStream = operation<ListTagsForStreamInput, ListTagsForStreamOutput>(
  ListTagsForStream$,
  async (input, ctx) => {
    const stream = await ctx.streams.find(ctx, referenceOf(input))
    const after = input.ExclusiveStartTagKey ?? ''
    const limit = pageLimit(input.Limit, { usual: 50, max: 50 })
    const tags = asWireTags(stream.tags).filter((tag) => tag.Key > after)
    return { Tags: tags.slice(0, limit), HasMoreTags: tags.length > limit }
  },
)

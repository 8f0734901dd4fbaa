import {
  ListTagsForResource$,
  type ListTagsForResourceInput,
  type ListTagsForResourceOutput,
} from '@aws-sdk/client-athena'
import { checkTaggable } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListTagsForResource.html. All tags in one page. */
export const ListTagsForResource = operation<ListTagsForResourceInput, ListTagsForResourceOutput>(
  ListTagsForResource$,
  async (input, ctx) => {
    await checkTaggable(ctx, input.ResourceARN!)
    const tags = await ctx.queries.tags.get(input.ResourceARN!)
    return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }
  },
)

import { ListTags$, type ListTagsRequest, type ListTagsResponse } from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { taggedFunction } from '../tagged.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html */
export const ListTags = operation<ListTagsRequest, ListTagsResponse>(
  ListTags$,
  async (input, ctx) => {
    const { entry } = await ctx.functions.get(taggedFunction(ctx, input.Resource!))
    return { Tags: { ...entry.tags } }
  },
)

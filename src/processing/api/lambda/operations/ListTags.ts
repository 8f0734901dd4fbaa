import { ListTags$, type ListTagsRequest, type ListTagsResponse } from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { taggedBy } from '../tagged.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html */
export const ListTags = operation<ListTagsRequest, ListTagsResponse>(
  ListTags$,
  async (input, ctx) => ({ Tags: { ...(await taggedBy(ctx, input.Resource!).read()) } }),
)

import {
  ListTagsForResource$,
  type ListTagsForResourceRequest,
  type ListTagsForResourceResponse,
} from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { taggedGroup } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html */
export const ListTagsForResource = operation<
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
>(ListTagsForResource$, async (input, ctx) => {
  const tags = await ctx.logStore.getTags(taggedGroup(ctx, input.resourceArn!))
  return { tags: { ...tags } }
})

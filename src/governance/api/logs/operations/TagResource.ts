import { TagResource$, type TagResourceRequest } from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { taggedGroup } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html */
export const TagResource = operation<TagResourceRequest, void>(TagResource$, async (input, ctx) => {
  await ctx.logStore.tag(taggedGroup(ctx, input.resourceArn!), input.tags!)
})

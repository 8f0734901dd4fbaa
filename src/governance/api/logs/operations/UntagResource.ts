import { UntagResource$, type UntagResourceRequest } from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { taggedGroup } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagResource.html */
export const UntagResource = operation<UntagResourceRequest, void>(
  UntagResource$,
  async (input, ctx) => {
    await ctx.logStore.untag(taggedGroup(ctx, input.resourceArn!), input.tagKeys!)
  },
)

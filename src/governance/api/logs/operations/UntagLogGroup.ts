import { UntagLogGroup$, type UntagLogGroupRequest } from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_UntagLogGroup.html */
export const UntagLogGroup = operation<UntagLogGroupRequest, void>(
  UntagLogGroup$,
  async (input, ctx) => {
    await ctx.logStore.untag(groupOf(ctx, input), input.tags!)
  },
)

import { TagLogGroup$, type TagLogGroupRequest } from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagLogGroup.html */
export const TagLogGroup = operation<TagLogGroupRequest, void>(TagLogGroup$, async (input, ctx) => {
  await ctx.logStore.tag(groupOf(ctx, input), input.tags!)
})

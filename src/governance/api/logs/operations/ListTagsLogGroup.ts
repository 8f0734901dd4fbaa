import {
  ListTagsLogGroup$,
  type ListTagsLogGroupRequest,
  type ListTagsLogGroupResponse,
} from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsLogGroup.html */
export const ListTagsLogGroup = operation<ListTagsLogGroupRequest, ListTagsLogGroupResponse>(
  ListTagsLogGroup$,
  async (input, ctx) => {
    return { tags: { ...(await ctx.logStore.getTags(groupOf(ctx, input))) } }
  },
)

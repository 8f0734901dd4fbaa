import { DeleteLogGroup$, type DeleteLogGroupRequest } from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html */
export const DeleteLogGroup = operation<DeleteLogGroupRequest, void>(
  DeleteLogGroup$,
  async (input, ctx) => {
    await ctx.logStore.deleteGroup(groupOf(ctx, input))
  },
)

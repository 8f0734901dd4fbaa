import {
  DeleteRetentionPolicy$,
  type DeleteRetentionPolicyRequest,
} from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html */
export const DeleteRetentionPolicy = operation<DeleteRetentionPolicyRequest, void>(
  DeleteRetentionPolicy$,
  async (input, ctx) => {
    await ctx.logStore.setRetention(groupOf(ctx, input), undefined)
  },
)

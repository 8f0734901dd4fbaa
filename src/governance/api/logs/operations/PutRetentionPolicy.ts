import {
  PutRetentionPolicy$,
  type PutRetentionPolicyRequest,
} from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const PutRetentionPolicy = operation<PutRetentionPolicyRequest, void>(
  PutRetentionPolicy$,
  async (input, ctx) => {
    await ctx.logStore.setRetention(groupOf(ctx, input), input.retentionInDays!)
  },
)

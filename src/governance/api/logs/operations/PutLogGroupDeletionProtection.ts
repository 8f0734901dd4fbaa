import {
  PutLogGroupDeletionProtection$,
  type PutLogGroupDeletionProtectionRequest,
} from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogGroupDeletionProtection.html */
export const PutLogGroupDeletionProtection = operation<PutLogGroupDeletionProtectionRequest, void>(
  PutLogGroupDeletionProtection$,
  async (input, ctx) => {
    await ctx.logStore.setDeletionProtection(
      groupOf(ctx, { logGroupIdentifier: input.logGroupIdentifier }),
      input.deletionProtectionEnabled!,
    )
  },
)

import { CreateLogGroup$, type CreateLogGroupRequest } from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html. The KMS key is stored; events are not encrypted with it. */
export const CreateLogGroup = operation<CreateLogGroupRequest, void>(
  CreateLogGroup$,
  async (input, ctx) => {
    await ctx.logStore.createGroup(groupOf(ctx, input), {
      class: input.logGroupClass,
      kmsKeyId: input.kmsKeyId,
      deletionProtection: input.deletionProtectionEnabled,
      tags: input.tags,
    })
  },
)

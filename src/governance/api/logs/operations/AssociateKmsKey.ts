import { AssociateKmsKey$, type AssociateKmsKeyRequest } from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_AssociateKmsKey.html. For log groups; query results are not encrypted. */
export const AssociateKmsKey = operation<AssociateKmsKeyRequest, void>(
  AssociateKmsKey$,
  async (input, ctx) => {
    await ctx.logStore.setKmsKey(
      groupOf(ctx, {
        logGroupName: input.logGroupName,
        logGroupIdentifier: input.resourceIdentifier,
      }),
      input.kmsKeyId,
    )
  },
)

import {
  DisassociateKmsKey$,
  type DisassociateKmsKeyRequest,
} from '@aws-sdk/client-cloudwatch-logs'
import { operation } from '../context.ts'
import { groupOf } from '../subject.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DisassociateKmsKey.html */
export const DisassociateKmsKey = operation<DisassociateKmsKeyRequest, void>(
  DisassociateKmsKey$,
  async (input, ctx) => {
    await ctx.logStore.setKmsKey(
      groupOf(ctx, {
        logGroupName: input.logGroupName,
        logGroupIdentifier: input.resourceIdentifier,
      }),
      undefined,
    )
  },
)

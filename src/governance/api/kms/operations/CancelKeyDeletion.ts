import {
  CancelKeyDeletion$,
  type CancelKeyDeletionRequest,
  type CancelKeyDeletionResponse,
} from '@aws-sdk/client-kms'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'
import { keyOf } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html */
export const CancelKeyDeletion = operation<CancelKeyDeletionRequest, CancelKeyDeletionResponse>(
  CancelKeyDeletion$,
  async (input, ctx) => {
    const key = await keyOf(ctx, input.KeyId!, 'CancelKeyDeletion')
    await ctx.keys.updateKey(key.keyId, (current) => {
      if (current.state !== 'PendingDeletion') {
        throw new AwsError({
          name: 'KMSInvalidStateException',
          status: 400,
          message: `${key.arn} is not pending deletion.`,
        })
      }
      return { deleteAtMs: undefined, enabled: false }
    })
    return { KeyId: key.arn }
  },
)

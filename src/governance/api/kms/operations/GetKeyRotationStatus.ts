import {
  GetKeyRotationStatus$,
  type GetKeyRotationStatusRequest,
  type GetKeyRotationStatusResponse,
} from '@aws-sdk/client-kms'
import { operation } from '../context.ts'
import { keyOf } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html */
export const GetKeyRotationStatus = operation<
  GetKeyRotationStatusRequest,
  GetKeyRotationStatusResponse
>(GetKeyRotationStatus$, async (input, ctx) => {
  const key = await keyOf(ctx, input.KeyId!, 'GetKeyRotationStatus')
  const nextMs = await ctx.keys.nextRotationMs(key)
  return {
    KeyId: key.keyId,
    KeyRotationEnabled: key.rotationDays !== undefined && key.state !== 'PendingDeletion',
    RotationPeriodInDays: key.rotationDays,
    NextRotationDate: nextMs === undefined ? undefined : new Date(nextMs),
  }
})

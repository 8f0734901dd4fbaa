import {
  RotateKeyOnDemand$,
  type RotateKeyOnDemandRequest,
  type RotateKeyOnDemandResponse,
} from '@aws-sdk/client-kms'
import { operation } from '../context.ts'
import { keyOf, requireCustomerManaged } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_RotateKeyOnDemand.html */
export const RotateKeyOnDemand = operation<RotateKeyOnDemandRequest, RotateKeyOnDemandResponse>(
  RotateKeyOnDemand$,
  async (input, ctx) => {
    const key = await keyOf(ctx, input.KeyId!, 'RotateKeyOnDemand')
    requireCustomerManaged(key)
    await ctx.keys.rotate(key)
    return { KeyId: key.keyId }
  },
)

import { DisableKeyRotation$, type DisableKeyRotationRequest } from '@aws-sdk/client-kms'
import { requireEnabled } from '#governance/keys'
import { operation } from '../context.ts'
import { keyOf, requireCustomerManaged } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html */
export const DisableKeyRotation = operation<DisableKeyRotationRequest, object>(
  DisableKeyRotation$,
  async (input, ctx) => {
    const key = await keyOf(ctx, input.KeyId!, 'DisableKeyRotation')
    requireCustomerManaged(key)
    requireEnabled(key)
    await ctx.keys.updateKey(key.keyId, () => ({ rotationDays: undefined }))
    return {}
  },
)

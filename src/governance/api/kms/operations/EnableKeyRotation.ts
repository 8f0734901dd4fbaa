import { EnableKeyRotation$, type EnableKeyRotationRequest } from '@aws-sdk/client-kms'
import { requireEnabled } from '#governance/keys'
import { operation } from '../context.ts'
import { keyOf, requireCustomerManaged } from '../key-of.ts'

/**
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
 * New material is made with the first encryption after the period is over.
 */
export const EnableKeyRotation = operation<EnableKeyRotationRequest, object>(
  EnableKeyRotation$,
  async (input, ctx) => {
    const key = await keyOf(ctx, input.KeyId!, 'EnableKeyRotation')
    requireCustomerManaged(key)
    requireEnabled(key)
    const rotationDays = input.RotationPeriodInDays ?? key.rotationDays ?? 365
    await ctx.keys.updateKey(key.keyId, () => ({ rotationDays }))
    return {}
  },
)

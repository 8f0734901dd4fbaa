import { UpdateKeyDescription$, type UpdateKeyDescriptionRequest } from '@aws-sdk/client-kms'
import { requireNotPending } from '#governance/keys'
import { operation } from '../context.ts'
import { keyOf, requireCustomerManaged } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html */
export const UpdateKeyDescription = operation<UpdateKeyDescriptionRequest, object>(
  UpdateKeyDescription$,
  async (input, ctx) => {
    const key = await keyOf(ctx, input.KeyId!, 'UpdateKeyDescription')
    requireCustomerManaged(key)
    await ctx.keys.updateKey(key.keyId, (current) => {
      requireNotPending(current)
      return { description: input.Description! }
    })
    return {}
  },
)

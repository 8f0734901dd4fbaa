import { DisableKey$, type DisableKeyRequest } from '@aws-sdk/client-kms'
import { requireNotPending } from '#governance/keys'
import { operation } from '../context.ts'
import { keyOf, requireCustomerManaged } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html */
export const DisableKey = operation<DisableKeyRequest, object>(DisableKey$, async (input, ctx) => {
  const key = await keyOf(ctx, input.KeyId!, 'DisableKey')
  requireCustomerManaged(key)
  await ctx.keys.updateKey(key.keyId, (current) => {
    requireNotPending(current)
    return { enabled: false }
  })
  return {}
})

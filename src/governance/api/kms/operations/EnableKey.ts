import { EnableKey$, type EnableKeyRequest } from '@aws-sdk/client-kms'
import { requireNotPending } from '#governance/keys'
import { operation } from '../context.ts'
import { keyOf, requireCustomerManaged } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html */
export const EnableKey = operation<EnableKeyRequest, object>(EnableKey$, async (input, ctx) => {
  const key = await keyOf(ctx, input.KeyId!, 'EnableKey')
  requireCustomerManaged(key)
  await ctx.keys.updateKey(key.keyId, (current) => {
    requireNotPending(current)
    return { enabled: true }
  })
  return {}
})

import { PutKeyPolicy$, type PutKeyPolicyRequest } from '@aws-sdk/client-kms'
import { operation } from '../context.ts'
import { checkKeyPolicy } from '../checks.ts'
import { keyOf, requireCustomerManaged } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html */
export const PutKeyPolicy = operation<PutKeyPolicyRequest, object>(
  PutKeyPolicy$,
  async (input, ctx) => {
    const key = await keyOf(ctx, input.KeyId!, 'PutKeyPolicy')
    requireCustomerManaged(key)
    checkKeyPolicy(input.Policy!, key.accountId, input.BypassPolicyLockoutSafetyCheck ?? false)
    await ctx.keys.updateKey(key.keyId, () => ({ policy: input.Policy! }))
    return {}
  },
)

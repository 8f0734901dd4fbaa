import { UntagResource$, type UntagResourceRequest } from '@aws-sdk/client-kms'
import { requireNotPending } from '#governance/keys'
import { operation } from '../context.ts'
import { keyOf, requireCustomerManaged } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html */
export const UntagResource = operation<UntagResourceRequest, object>(
  UntagResource$,
  async (input, ctx) => {
    const key = await keyOf(ctx, input.KeyId!, 'UntagResource')
    requireCustomerManaged(key)
    const names = new Set(input.TagKeys)
    await ctx.keys.updateKey(key.keyId, (current) => {
      requireNotPending(current)
      return { tags: current.tags.filter((tag) => !names.has(tag.key)) }
    })
    return {}
  },
)

import { TagResource$, type TagResourceRequest } from '@aws-sdk/client-kms'
import { requireNotPending } from '#governance/keys'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'
import { keyOf, requireCustomerManaged } from '../key-of.ts'
import { fromTags } from '../shapes.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html */
export const TagResource = operation<TagResourceRequest, object>(
  TagResource$,
  async (input, ctx) => {
    const key = await keyOf(ctx, input.KeyId!, 'TagResource')
    requireCustomerManaged(key)
    const added = fromTags(input.Tags)
    const names = new Set(added.map((tag) => tag.key))
    await ctx.keys.updateKey(key.keyId, (current) => {
      requireNotPending(current)
      const tags = [...current.tags.filter((tag) => !names.has(tag.key)), ...added]
      if (tags.length > tagsMax) {
        throw new AwsError({
          name: 'LimitExceededException',
          status: 400,
          message: 'Too many tags',
        })
      }
      return { tags }
    })
    return {}
  },
)

const tagsMax = 50

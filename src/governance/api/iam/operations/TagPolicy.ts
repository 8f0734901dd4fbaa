import { TagPolicy$, type TagPolicyRequest } from '@aws-sdk/client-iam'
import { retagPolicy } from '#governance/identity'
import { operation } from '../context.ts'
import { fromTags } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html */
export const TagPolicy = operation<TagPolicyRequest, object>(
  TagPolicy$,
  async (input, { identity: { store }, accountId }) => {
    const added = fromTags(input.Tags)
    const keys = new Set(added.map(({ key }) => key.toLowerCase()))
    await retagPolicy(store, accountId, input.PolicyArn!, (tags) => [
      ...tags.filter(({ key }) => !keys.has(key.toLowerCase())),
      ...added,
    ])
    return {}
  },
)

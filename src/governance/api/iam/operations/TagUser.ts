import { TagUser$, type TagUserRequest } from '@aws-sdk/client-iam'
import { tagEntity } from '#governance/identity'
import { operation } from '../context.ts'
import { fromTags } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagUser.html */
export const TagUser = operation<TagUserRequest, object>(
  TagUser$,
  async (input, { identity: { store }, accountId }) => {
    await tagEntity(store, { accountId, kind: 'user', name: input.UserName! }, fromTags(input.Tags))
    return {}
  },
)

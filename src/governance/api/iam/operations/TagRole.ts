import { TagRole$, type TagRoleRequest } from '@aws-sdk/client-iam'
import { tagEntity } from '#governance/identity'
import { operation } from '../context.ts'
import { fromTags } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagRole.html */
export const TagRole = operation<TagRoleRequest, object>(
  TagRole$,
  async (input, { identity: { store }, accountId }) => {
    await tagEntity(store, { accountId, kind: 'role', name: input.RoleName! }, fromTags(input.Tags))
    return {}
  },
)

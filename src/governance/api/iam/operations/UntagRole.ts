import { UntagRole$, type UntagRoleRequest } from '@aws-sdk/client-iam'
import { untagEntity } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagRole.html */
export const UntagRole = operation<UntagRoleRequest, object>(
  UntagRole$,
  async (input, { identity: { store }, accountId }) => {
    await untagEntity(store, { accountId, kind: 'role', name: input.RoleName! }, input.TagKeys!)
    return {}
  },
)

import { RemoveUserFromGroup$, type RemoveUserFromGroupRequest } from '@aws-sdk/client-iam'
import { removeMember } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html */
export const RemoveUserFromGroup = operation<RemoveUserFromGroupRequest, object>(
  RemoveUserFromGroup$,
  async (input, { identity: { store }, accountId }) => {
    await removeMember(
      store,
      { accountId, kind: 'group', name: input.GroupName! },
      { accountId, kind: 'user', name: input.UserName! },
    )
    return {}
  },
)

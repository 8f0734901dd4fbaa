import { AddUserToGroup$, type AddUserToGroupRequest } from '@aws-sdk/client-iam'
import { addMember } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html */
export const AddUserToGroup = operation<AddUserToGroupRequest, object>(
  AddUserToGroup$,
  async (input, { identity: { store }, accountId }) => {
    await addMember(
      store,
      { accountId, kind: 'group', name: input.GroupName! },
      { accountId, kind: 'user', name: input.UserName! },
    )
    return {}
  },
)

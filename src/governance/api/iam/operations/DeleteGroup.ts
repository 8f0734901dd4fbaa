import { DeleteGroup$, type DeleteGroupRequest } from '@aws-sdk/client-iam'
import { deleteGroup } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroup.html */
export const DeleteGroup = operation<DeleteGroupRequest, object>(
  DeleteGroup$,
  async (input, { identity: { store }, accountId }) => {
    await deleteGroup(store, { accountId, name: input.GroupName! })
    return {}
  },
)

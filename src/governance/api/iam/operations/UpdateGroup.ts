import { UpdateGroup$, type UpdateGroupRequest } from '@aws-sdk/client-iam'
import { updateEntity } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateGroup.html */
export const UpdateGroup = operation<UpdateGroupRequest, object>(
  UpdateGroup$,
  async (input, { identity: { store }, accountId }) => {
    await updateEntity(store, { accountId, kind: 'group', name: input.GroupName! }, () => ({
      name: input.NewGroupName,
      path: input.NewPath,
    }))
    return {}
  },
)

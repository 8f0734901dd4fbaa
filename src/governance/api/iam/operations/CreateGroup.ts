import {
  CreateGroup$,
  type CreateGroupRequest,
  type CreateGroupResponse,
} from '@aws-sdk/client-iam'
import { createGroup } from '#governance/identity'
import { operation } from '../context.ts'
import { toGroup } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html */
export const CreateGroup = operation<CreateGroupRequest, CreateGroupResponse>(
  CreateGroup$,
  async (input, { identity: { store }, accountId }) => {
    const group = await createGroup(store, {
      accountId,
      name: input.GroupName!,
      path: input.Path ?? '/',
    })
    return { Group: toGroup(group) }
  },
)

import {
  GetInstanceProfile$,
  type GetInstanceProfileRequest,
  type GetInstanceProfileResponse,
} from '@aws-sdk/client-iam'
import { getEntity } from '#governance/identity'
import { operation } from '../context.ts'
import { toInstanceProfile } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetInstanceProfile.html */
export const GetInstanceProfile = operation<GetInstanceProfileRequest, GetInstanceProfileResponse>(
  GetInstanceProfile$,
  async (input, { identity: { store }, accountId }) => {
    const profile = await getEntity(store, {
      accountId,
      kind: 'instance-profile',
      name: input.InstanceProfileName!,
    })
    return { InstanceProfile: await toInstanceProfile(store, profile) }
  },
)

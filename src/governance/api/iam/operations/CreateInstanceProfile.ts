import {
  CreateInstanceProfile$,
  type CreateInstanceProfileRequest,
  type CreateInstanceProfileResponse,
} from '@aws-sdk/client-iam'
import { createInstanceProfile } from '#governance/identity'
import { operation } from '../context.ts'
import { fromTags, toInstanceProfile } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateInstanceProfile.html */
export const CreateInstanceProfile = operation<
  CreateInstanceProfileRequest,
  CreateInstanceProfileResponse
>(CreateInstanceProfile$, async (input, { identity: { store }, accountId }) => {
  const profile = await createInstanceProfile(store, {
    accountId,
    name: input.InstanceProfileName!,
    path: input.Path ?? '/',
    tags: fromTags(input.Tags),
  })
  return { InstanceProfile: await toInstanceProfile(store, profile) }
})

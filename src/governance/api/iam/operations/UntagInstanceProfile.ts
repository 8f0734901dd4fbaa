import { UntagInstanceProfile$, type UntagInstanceProfileRequest } from '@aws-sdk/client-iam'
import { untagEntity } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagInstanceProfile.html */
export const UntagInstanceProfile = operation<UntagInstanceProfileRequest, object>(
  UntagInstanceProfile$,
  async (input, { identity: { store }, accountId }) => {
    await untagEntity(
      store,
      { accountId, kind: 'instance-profile', name: input.InstanceProfileName! },
      input.TagKeys!,
    )
    return {}
  },
)

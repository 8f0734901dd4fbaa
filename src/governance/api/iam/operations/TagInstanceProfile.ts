import { TagInstanceProfile$, type TagInstanceProfileRequest } from '@aws-sdk/client-iam'
import { tagEntity } from '#governance/identity'
import { operation } from '../context.ts'
import { fromTags } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagInstanceProfile.html */
export const TagInstanceProfile = operation<TagInstanceProfileRequest, object>(
  TagInstanceProfile$,
  async (input, { identity: { store }, accountId }) => {
    await tagEntity(
      store,
      { accountId, kind: 'instance-profile', name: input.InstanceProfileName! },
      fromTags(input.Tags),
    )
    return {}
  },
)

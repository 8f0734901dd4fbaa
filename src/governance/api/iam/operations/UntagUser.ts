import { UntagUser$, type UntagUserRequest } from '@aws-sdk/client-iam'
import { untagEntity } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagUser.html */
export const UntagUser = operation<UntagUserRequest, object>(
  UntagUser$,
  async (input, { identity: { store }, accountId }) => {
    await untagEntity(store, { accountId, kind: 'user', name: input.UserName! }, input.TagKeys!)
    return {}
  },
)

import {
  ListSSHPublicKeys$,
  type ListSSHPublicKeysRequest,
  type ListSSHPublicKeysResponse,
} from '@aws-sdk/client-iam'
import { operation } from '../context.ts'
import { userOf } from '../subject.ts'

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSSHPublicKeys.html
 * There are none here: they are not made or kept.
 */
export const ListSSHPublicKeys = operation<ListSSHPublicKeysRequest, ListSSHPublicKeysResponse>(
  ListSSHPublicKeys$,
  async (input, { identity: { store }, caller }) => {
    await userOf(store, caller, input.UserName)
    return { SSHPublicKeys: [], IsTruncated: false }
  },
)

import {
  ListServiceSpecificCredentials$,
  type ListServiceSpecificCredentialsRequest,
  type ListServiceSpecificCredentialsResponse,
} from '@aws-sdk/client-iam'
import { operation } from '../context.ts'
import { userOf } from '../subject.ts'

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html
 * There are none here: they are not made or kept.
 */
export const ListServiceSpecificCredentials = operation<
  ListServiceSpecificCredentialsRequest,
  ListServiceSpecificCredentialsResponse
>(ListServiceSpecificCredentials$, async (input, { identity: { store }, caller }) => {
  if (input.UserName !== undefined) await userOf(store, caller, input.UserName)
  return { ServiceSpecificCredentials: [], IsTruncated: false }
})

import {
  ListKeyPolicies$,
  type ListKeyPoliciesRequest,
  type ListKeyPoliciesResponse,
} from '@aws-sdk/client-kms'
import { operation } from '../context.ts'
import { keyOf } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html */
export const ListKeyPolicies = operation<ListKeyPoliciesRequest, ListKeyPoliciesResponse>(
  ListKeyPolicies$,
  async (input, ctx) => {
    await keyOf(ctx, input.KeyId!, 'ListKeyPolicies')
    return { PolicyNames: ['default'], Truncated: false }
  },
)

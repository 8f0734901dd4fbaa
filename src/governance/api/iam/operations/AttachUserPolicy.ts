import { AttachUserPolicy$, type AttachUserPolicyRequest } from '@aws-sdk/client-iam'
import { attachPolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html */
export const AttachUserPolicy = operation<AttachUserPolicyRequest, object>(
  AttachUserPolicy$,
  async (input, { identity: { store }, accountId }) => {
    await attachPolicy(store, { accountId, kind: 'user', name: input.UserName! }, input.PolicyArn!)
    return {}
  },
)

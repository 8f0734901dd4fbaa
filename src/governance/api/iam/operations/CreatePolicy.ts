import {
  CreatePolicy$,
  type CreatePolicyRequest,
  type CreatePolicyResponse,
} from '@aws-sdk/client-iam'
import { createPolicy } from '#governance/identity'
import { operation } from '../context.ts'
import { fromTags, toPolicy } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
export const CreatePolicy = operation<CreatePolicyRequest, CreatePolicyResponse>(
  CreatePolicy$,
  async (input, { identity: { store }, accountId }) => {
    const policy = await createPolicy(store, {
      accountId,
      name: input.PolicyName!,
      path: input.Path ?? '/',
      description: input.Description,
      document: input.PolicyDocument!,
      tags: fromTags(input.Tags),
    })
    return { Policy: toPolicy(policy) }
  },
)

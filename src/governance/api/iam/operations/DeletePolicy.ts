import { DeletePolicy$, type DeletePolicyRequest } from '@aws-sdk/client-iam'
import { deletePolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html */
export const DeletePolicy = operation<DeletePolicyRequest, object>(
  DeletePolicy$,
  async (input, { identity: { store }, accountId }) => {
    await deletePolicy(store, accountId, input.PolicyArn!)
    return {}
  },
)

import { DeleteUserPolicy$, type DeleteUserPolicyRequest } from '@aws-sdk/client-iam'
import { deleteInlinePolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html */
export const DeleteUserPolicy = operation<DeleteUserPolicyRequest, object>(
  DeleteUserPolicy$,
  async (input, { identity: { store }, accountId }) => {
    await deleteInlinePolicy(
      store,
      { accountId, kind: 'user', name: input.UserName! },
      input.PolicyName!,
    )
    return {}
  },
)

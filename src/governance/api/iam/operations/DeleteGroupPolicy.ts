import { DeleteGroupPolicy$, type DeleteGroupPolicyRequest } from '@aws-sdk/client-iam'
import { deleteInlinePolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroupPolicy.html */
export const DeleteGroupPolicy = operation<DeleteGroupPolicyRequest, object>(
  DeleteGroupPolicy$,
  async (input, { identity: { store }, accountId }) => {
    await deleteInlinePolicy(
      store,
      { accountId, kind: 'group', name: input.GroupName! },
      input.PolicyName!,
    )
    return {}
  },
)

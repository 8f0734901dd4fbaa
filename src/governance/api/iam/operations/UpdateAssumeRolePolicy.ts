import { UpdateAssumeRolePolicy$, type UpdateAssumeRolePolicyRequest } from '@aws-sdk/client-iam'
import { updateTrustPolicy } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html */
export const UpdateAssumeRolePolicy = operation<UpdateAssumeRolePolicyRequest, object>(
  UpdateAssumeRolePolicy$,
  async (input, { identity: { store }, accountId }) => {
    await updateTrustPolicy(store, { accountId, name: input.RoleName! }, input.PolicyDocument!)
    return {}
  },
)

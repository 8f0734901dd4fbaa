import { DeletePolicyVersion$, type DeletePolicyVersionRequest } from '@aws-sdk/client-iam'
import { deletePolicyVersion } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html */
export const DeletePolicyVersion = operation<DeletePolicyVersionRequest, object>(
  DeletePolicyVersion$,
  async (input, { identity: { store }, accountId }) => {
    await deletePolicyVersion(store, accountId, input.PolicyArn!, input.VersionId!)
    return {}
  },
)

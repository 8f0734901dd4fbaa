import { SetDefaultPolicyVersion$, type SetDefaultPolicyVersionRequest } from '@aws-sdk/client-iam'
import { setDefaultPolicyVersion } from '#governance/identity'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html */
export const SetDefaultPolicyVersion = operation<SetDefaultPolicyVersionRequest, object>(
  SetDefaultPolicyVersion$,
  async (input, { identity: { store }, accountId }) => {
    await setDefaultPolicyVersion(store, accountId, input.PolicyArn!, input.VersionId!)
    return {}
  },
)

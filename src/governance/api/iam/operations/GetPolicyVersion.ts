import {
  GetPolicyVersion$,
  type GetPolicyVersionRequest,
  type GetPolicyVersionResponse,
} from '@aws-sdk/client-iam'
import { getPolicyVersion } from '#governance/identity'
import { operation } from '../context.ts'
import { encodeDocument, toListedVersion } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicyVersion.html */
export const GetPolicyVersion = operation<GetPolicyVersionRequest, GetPolicyVersionResponse>(
  GetPolicyVersion$,
  async (input, { identity: { store }, accountId }) => {
    const version = await getPolicyVersion(store, accountId, input.PolicyArn!, input.VersionId!)
    return {
      PolicyVersion: { ...toListedVersion(version), Document: encodeDocument(version.document) },
    }
  },
)

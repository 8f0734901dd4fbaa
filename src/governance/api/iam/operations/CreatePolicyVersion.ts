import {
  CreatePolicyVersion$,
  type CreatePolicyVersionRequest,
  type CreatePolicyVersionResponse,
} from '@aws-sdk/client-iam'
import { createPolicyVersion } from '#governance/identity'
import { operation } from '../context.ts'
import { toListedVersion } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html */
export const CreatePolicyVersion = operation<
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse
>(CreatePolicyVersion$, async (input, { identity: { store }, accountId }) => {
  const version = await createPolicyVersion(store, accountId, input.PolicyArn!, {
    document: input.PolicyDocument!,
    setAsDefault: input.SetAsDefault ?? false,
  })
  return { PolicyVersion: toListedVersion(version) }
})

import {
  GetRolePolicy$,
  type GetRolePolicyRequest,
  type GetRolePolicyResponse,
} from '@aws-sdk/client-iam'
import { getInlinePolicy } from '#governance/identity'
import { operation } from '../context.ts'
import { encodeDocument } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export const GetRolePolicy = operation<GetRolePolicyRequest, GetRolePolicyResponse>(
  GetRolePolicy$,
  async (input, { identity: { store }, accountId }) => {
    const document = await getInlinePolicy(
      store,
      { accountId, kind: 'role', name: input.RoleName! },
      input.PolicyName!,
    )
    return {
      RoleName: input.RoleName,
      PolicyName: input.PolicyName,
      PolicyDocument: encodeDocument(document),
    }
  },
)

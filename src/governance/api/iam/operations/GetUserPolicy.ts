import {
  GetUserPolicy$,
  type GetUserPolicyRequest,
  type GetUserPolicyResponse,
} from '@aws-sdk/client-iam'
import { getInlinePolicy } from '#governance/identity'
import { operation } from '../context.ts'
import { encodeDocument } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html */
export const GetUserPolicy = operation<GetUserPolicyRequest, GetUserPolicyResponse>(
  GetUserPolicy$,
  async (input, { identity: { store }, accountId }) => {
    const document = await getInlinePolicy(
      store,
      { accountId, kind: 'user', name: input.UserName! },
      input.PolicyName!,
    )
    return {
      UserName: input.UserName,
      PolicyName: input.PolicyName,
      PolicyDocument: encodeDocument(document),
    }
  },
)

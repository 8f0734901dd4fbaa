import {
  GetGroupPolicy$,
  type GetGroupPolicyRequest,
  type GetGroupPolicyResponse,
} from '@aws-sdk/client-iam'
import { getInlinePolicy } from '#governance/identity'
import { operation } from '../context.ts'
import { encodeDocument } from '../shapes.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html */
export const GetGroupPolicy = operation<GetGroupPolicyRequest, GetGroupPolicyResponse>(
  GetGroupPolicy$,
  async (input, { identity: { store }, accountId }) => {
    const document = await getInlinePolicy(
      store,
      { accountId, kind: 'group', name: input.GroupName! },
      input.PolicyName!,
    )
    return {
      GroupName: input.GroupName,
      PolicyName: input.PolicyName,
      PolicyDocument: encodeDocument(document),
    }
  },
)

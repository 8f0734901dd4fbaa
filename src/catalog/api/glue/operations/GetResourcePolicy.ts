import {
  GetResourcePolicy$,
  type GetResourcePolicyRequest,
  type GetResourcePolicyResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetResourcePolicy.html
 * Of each account and region: that of the catalog is asked with every call (policy-source.ts), those of single resources are kept only.
 */
export const GetResourcePolicy = operation<GetResourcePolicyRequest, GetResourcePolicyResponse>(
  GetResourcePolicy$,
  async (input, ctx) => {
    const ref = { accountId: ctx.accountId, region: ctx.region }
    const found = await ctx.metastore.getResourcePolicy(ref, input.ResourceArn ?? '')
    return {
      PolicyInJson: found.policy,
      PolicyHash: found.hash,
      CreateTime: new Date(found.createTimeMs),
      UpdateTime: new Date(found.updateTimeMs),
    }
  },
)

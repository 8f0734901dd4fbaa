import {
  GetResourcePolicies$,
  type GetResourcePoliciesRequest,
  type GetResourcePoliciesResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef, pageInput } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetResourcePolicies.html
 */
export const GetResourcePolicies = operation<
  GetResourcePoliciesRequest,
  GetResourcePoliciesResponse
>(GetResourcePolicies$, async (input, ctx) => {
  const page = pageInput(input, 1000)
  const found = await ctx.metastore.listResourcePolicies(catalogRef({}, ctx), page)
  return {
    GetResourcePoliciesResponseList: found.items.map((one) => ({
      PolicyInJson: one.policy,
      PolicyHash: one.hash,
      CreateTime: new Date(one.createTimeMs),
      UpdateTime: new Date(one.updateTimeMs),
    })),
    NextToken: found.nextToken,
  }
})

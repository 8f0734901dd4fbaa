import {
  DeleteResourcePolicy$,
  type DeleteResourcePolicyRequest,
  type DeleteResourcePolicyResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteResourcePolicy.html
 */
export const DeleteResourcePolicy = operation<
  DeleteResourcePolicyRequest,
  DeleteResourcePolicyResponse
>(DeleteResourcePolicy$, async (input, ctx) => {
  const ref = { accountId: ctx.accountId, region: ctx.region }
  await ctx.metastore.deleteResourcePolicy(ref, input.ResourceArn ?? '', {
    expectedHash: input.PolicyHashCondition,
  })
  return {}
})

import {
  PutResourcePolicy$,
  type PutResourcePolicyRequest,
  type PutResourcePolicyResponse,
} from '@aws-sdk/client-glue'
import { parsePolicy } from '#governance/identity'
import { isLakeError } from '#kit'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_PutResourcePolicy.html
 * Of each account and region: that of the catalog is asked with every call (policy-source.ts), those of single resources are kept only.
 */
export const PutResourcePolicy = operation<PutResourcePolicyRequest, PutResourcePolicyResponse>(
  PutResourcePolicy$,
  async (input, ctx) => {
    checkPolicy(input.PolicyInJson!)
    const ref = { accountId: ctx.accountId, region: ctx.region }
    const mustExist =
      input.PolicyExistsCondition === 'MUST_EXIST'
        ? true
        : input.PolicyExistsCondition === 'NOT_EXIST'
          ? false
          : undefined
    const hash = await ctx.metastore.putResourcePolicy(
      ref,
      input.ResourceArn ?? '',
      input.PolicyInJson!,
      { expectedHash: input.PolicyHashCondition, mustExist },
    )
    return { PolicyHash: hash }
  },
)

/** Error: `InvalidInputException`. */
function checkPolicy(text: string): void {
  try {
    parsePolicy(text, 'key')
  } catch (error) {
    if (!isLakeError(error)) throw error
    throw new AwsError({ name: 'InvalidInputException', message: error.message })
  }
}

import {
  PutResourcePolicy$,
  type PutResourcePolicyRequest,
  type PutResourcePolicyResponse,
} from '@aws-sdk/client-glue'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_PutResourcePolicy.html
 * Policies are kept per account and region; they are not enforced yet.
 */
export const PutResourcePolicy = operation<PutResourcePolicyRequest, PutResourcePolicyResponse>(
  PutResourcePolicy$,
  async (input, ctx) => {
    try {
      JSON.parse(input.PolicyInJson!)
    } catch {
      throw new AwsError({
        name: 'InvalidInputException',
        message: 'The policy is not valid JSON.',
      })
    }
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

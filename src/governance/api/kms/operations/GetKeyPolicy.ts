import {
  GetKeyPolicy$,
  type GetKeyPolicyRequest,
  type GetKeyPolicyResponse,
} from '@aws-sdk/client-kms'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'
import { keyOf } from '../key-of.ts'

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html */
export const GetKeyPolicy = operation<GetKeyPolicyRequest, GetKeyPolicyResponse>(
  GetKeyPolicy$,
  async (input, ctx) => {
    const key = await keyOf(ctx, input.KeyId!, 'GetKeyPolicy')
    if ((input.PolicyName ?? 'default') !== 'default') {
      throw new AwsError({
        name: 'NotFoundException',
        status: 400,
        message: 'No such policy exists',
      })
    }
    return { Policy: key.policy, PolicyName: 'default' }
  },
)

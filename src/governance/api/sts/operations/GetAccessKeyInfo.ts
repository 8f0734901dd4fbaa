import {
  GetAccessKeyInfo$,
  type GetAccessKeyInfoRequest,
  type GetAccessKeyInfoResponse,
} from '@aws-sdk/client-sts'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html */
export const GetAccessKeyInfo = operation<GetAccessKeyInfoRequest, GetAccessKeyInfoResponse>(
  GetAccessKeyInfo$,
  async (input, { identity }) => {
    const known = await identity.lookup(input.AccessKeyId!)
    if (!known) {
      throw new AwsError({
        name: 'ValidationError',
        status: 400,
        message: `Invalid AccessKeyId: ${input.AccessKeyId}`,
      })
    }
    return { Account: known.caller.accountId }
  },
)

import {
  GetAccessKeyLastUsed$,
  type GetAccessKeyLastUsedRequest,
  type GetAccessKeyLastUsedResponse,
} from '@aws-sdk/client-iam'
import { findAccessKey, findUser } from '#governance/identity'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html */
export const GetAccessKeyLastUsed = operation<
  GetAccessKeyLastUsedRequest,
  GetAccessKeyLastUsedResponse
>(GetAccessKeyLastUsed$, async (input, { identity: { store }, accountId }) => {
  const key = await findAccessKey(store, input.AccessKeyId!)
  if (!key || key.accountId !== accountId) {
    throw new AwsError({
      name: 'AccessDenied',
      status: 403,
      message: `The specified access key ${input.AccessKeyId} is not of this account.`,
    })
  }
  const user = key.userId === '' ? undefined : await findUser(store, key.userId)
  return {
    UserName: user?.name,
    AccessKeyLastUsed: key.lastUsed
      ? {
          LastUsedDate: new Date(key.lastUsed.atMs),
          ServiceName: key.lastUsed.service,
          Region: key.lastUsed.region,
        }
      : { LastUsedDate: undefined, ServiceName: 'N/A', Region: 'N/A' },
  }
})

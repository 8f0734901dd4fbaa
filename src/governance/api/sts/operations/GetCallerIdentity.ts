import {
  GetCallerIdentity$,
  type GetCallerIdentityRequest,
  type GetCallerIdentityResponse,
} from '@aws-sdk/client-sts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: needs no permission. */
export const GetCallerIdentity = operation<GetCallerIdentityRequest, GetCallerIdentityResponse>(
  GetCallerIdentity$,
  (_input, { caller }) => ({
    UserId: caller.userId,
    Account: caller.accountId,
    Arn: caller.arn,
  }),
)

import {
  GetSessionToken$,
  type GetSessionTokenRequest,
  type GetSessionTokenResponse,
} from '@aws-sdk/client-sts'
import { AwsError } from '#protocol/aws'
import { operation } from '../context.ts'
import { toCredentials } from '../credentials.ts'

const userDefaultS = 43_200
const rootSecondsMax = 3600

/**
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 * There are no MFA devices here, so a call that names one is refused.
 */
export const GetSessionToken = operation<GetSessionTokenRequest, GetSessionTokenResponse>(
  GetSessionToken$,
  async (input, { caller, identity }) => {
    if (input.SerialNumber !== undefined || input.TokenCode !== undefined) {
      throw new AwsError({
        name: 'AccessDenied',
        status: 403,
        message: 'MultiFactorAuthentication failed with invalid MFA one time pass code.',
      })
    }
    const asked = input.DurationSeconds
    const durationS =
      caller.kind === 'root'
        ? Math.min(asked ?? rootSecondsMax, rootSecondsMax)
        : (asked ?? userDefaultS)
    return { Credentials: toCredentials(await identity.sessionToken(caller, durationS)) }
  },
)

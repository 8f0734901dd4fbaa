import type { Identity } from '#governance/identity'
import { isLakeError } from '#kit'
import { AwsError, type AuthorizationRequest, type Authorize } from '#protocol/aws'

const codes: Readonly<Record<string, { readonly name: string; readonly status: number }>> = {
  s3: { name: 'AccessDenied', status: 403 },
  iam: { name: 'AccessDenied', status: 403 },
  sts: { name: 'AccessDenied', status: 403 },
}

/** The gateway's question, put to the identity module; a refusal in the words of the service that was called. */
export function authorizeThrough(identity: Pick<Identity, 'authorize'>): Authorize {
  return async (call: AuthorizationRequest) => {
    try {
      await identity.authorize(call)
    } catch (error) {
      if (!isLakeError(error, 'AccessDenied')) throw error
      const code = codes[call.service] ?? { name: 'AccessDeniedException', status: 400 }
      throw new AwsError({ ...code, message: error.message })
    }
  }
}

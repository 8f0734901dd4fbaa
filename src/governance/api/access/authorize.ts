import type { Identity } from '#governance/identity'
import type { Keys } from '#governance/keys'
import { isLakeError } from '#kit'
import { AwsError, type AuthorizationRequest, type Authorize } from '#protocol/aws'
import { keyResources } from './key-resources.ts'

const codes: Readonly<Record<string, { readonly name: string; readonly status: number }>> = {
  s3: { name: 'AccessDenied', status: 403 },
  iam: { name: 'AccessDenied', status: 403 },
  sts: { name: 'AccessDenied', status: 403 },
}

/**
 * The gateway's question, put to the identity module; a refusal in the words of the service that was called. With `keys`, the aliases
 * and cipher texts of KMS calls are looked up, since policies name keys by their ARN.
 */
export function authorizeThrough(
  identity: Pick<Identity, 'authorize'>,
  keys?: Pick<Keys, 'resolve' | 'keyOfCiphertext'>,
): Authorize {
  return async (call: AuthorizationRequest) => {
    const isForUser = call.caller.kind === 'user' || call.caller.kind === 'role'
    const resources =
      keys && isForUser && call.service === 'kms' ? await keyResources(keys, call) : undefined
    try {
      await identity.authorize({ ...call, resources })
    } catch (error) {
      if (!isLakeError(error, 'AccessDenied')) throw error
      const code = codes[call.service] ?? { name: 'AccessDeniedException', status: 400 }
      throw new AwsError({ ...code, message: error.message })
    }
  }
}

import type { Identity, ResourcePolicySource } from '#governance/identity'
import { isLakeError } from '#kit'
import { AwsError, type AuthorizationRequest, type Authorize } from '#protocol/aws'
import { policiesAtResources } from './policies-at-resources.ts'

/** ARNs that a call works on, when its input alone does not tell; undefined when there is nothing to add. */
export type ResourceResolver = (
  call: AuthorizationRequest,
) => readonly string[] | undefined | Promise<readonly string[] | undefined>

const codes: Readonly<Record<string, { readonly name: string; readonly status: number }>> = {
  s3: { name: 'AccessDenied', status: 403 },
  iam: { name: 'AccessDenied', status: 403 },
  sts: { name: 'AccessDenied', status: 403 },
  lambda: { name: 'AccessDeniedException', status: 403 },
}

/**
 * The gateway's question, put to the identity module; a refusal in the words of the service that was called. `resolvers`, by service,
 * look up what the input names only indirectly: a key behind an alias, a stream behind an iterator; `sources`, by service, find
 * the policies that stand at resources.
 */
export function authorizeThrough(
  identity: Pick<Identity, 'authorize'>,
  resolvers: Readonly<Record<string, ResourceResolver>> = {},
  sources: Readonly<Record<string, ResourcePolicySource>> = {},
): Authorize {
  return async (call: AuthorizationRequest) => {
    const isForUser = call.caller.kind === 'user' || call.caller.kind === 'role'
    const resources = isForUser ? await resolvers[call.service]?.(call) : undefined
    // Nobody knows an anonymous caller but a service that keeps policies at its resources.
    const isKnown = call.caller.kind !== 'anonymous' || sources[call.service] !== undefined
    const policySource = isKnown ? policiesAtResources(sources, call.service) : undefined
    try {
      return await identity.authorize({ ...call, resources, policySource })
    } catch (error) {
      if (!isLakeError(error, 'AccessDenied')) throw error
      const code = codes[call.service] ?? { name: 'AccessDeniedException', status: 400 }
      throw new AwsError({ ...code, message: error.message })
    }
  }
}

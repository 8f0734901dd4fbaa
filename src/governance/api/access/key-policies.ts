import { parsedPolicies, type ResourcePolicySource } from '#governance/identity'
import type { Keys } from '#governance/keys'
import { isLakeError } from '#kit'

const keyArn = /^arn:aws:kms:([^:]+):(\d{12}):key\//

/** The policies that stand at keys, and rule there. */
export function keyPolicySource(keys: Pick<Keys, 'resolve'>): ResourcePolicySource {
  const parse = parsedPolicies('kms:PutKeyPolicy')
  return async ({ resource, accountId: callerAccountId }) => {
    const [, region, accountId] = keyArn.exec(resource) ?? []
    if (region === undefined || accountId === undefined) return undefined
    try {
      const { policy } = await keys.resolve({ accountId, region }, resource)
      // Whoever asks for another service says which one.
      const asked = { 'kms:CallerAccount': [callerAccountId], 'kms:ViaService': [] }
      return { accountId, policy: parse(policy), policyRules: true, keys: asked }
    } catch (error) {
      // To its own account the operation tells that it is not there; a stranger is not let in.
      if (isLakeError(error) && error.kind === 'notFound') return { accountId }
      throw error
    }
  }
}

import { holds } from './conditions.ts'
import type { ConditionContext } from './context.ts'
import type { Policy } from './document.ts'
import { matchesAction } from './evaluate.ts'
import { matchesPrincipal, type PrincipalNames } from './principals.ts'

/**
 * What a trust policy says of somebody: `direct` when it names him (or everybody), `account` when it trusts his account, which
 * then decides by its own policies. A statement with a condition that cannot be judged allows nobody and denies everybody.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function evaluateTrust(
  policy: Policy,
  names: PrincipalNames,
  action: string,
  context: ConditionContext,
): 'direct' | 'account' | 'explicitDeny' | 'implicitDeny' {
  let result: 'direct' | 'account' | 'implicitDeny' = 'implicitDeny'
  for (const statement of policy.statements) {
    if (!statement.principals || !matchesAction(statement.actions, action)) continue
    const match = matchesPrincipal(statement.principals, names, statement.effect)
    if (!match) continue
    const truth = holds(statement.conditions, context, policy.version === '2012-10-17')
    if (truth === 'false') continue
    if (statement.effect === 'Deny') return 'explicitDeny'
    if (truth === 'true' && result !== 'direct') result = match === 'account' ? match : 'direct'
  }
  return result
}

import { holds } from './conditions.ts'
import type { ConditionContext } from './context.ts'
import type { Policy, Principals } from './document.ts'
import { matchesAction } from './evaluate.ts'

/** The names by which a policy may mean somebody. */
export interface PrincipalNames {
  /** Those that mean him alone: ARNs and ids, or the host name of a service. */
  readonly own: readonly string[]
  /** Those that mean his whole account: its id and the ARN of its root. */
  readonly account: readonly string[]
  readonly type: 'AWS' | 'Service'
}

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
    const match = matchesPrincipal(statement.principals, names)
    if (!match) continue
    const truth = holds(statement.conditions, context, policy.version === '2012-10-17')
    if (truth === 'false') continue
    if (statement.effect === 'Deny') return 'explicitDeny'
    if (truth === 'true' && result !== 'direct') result = match
  }
  return result
}

function matchesPrincipal(
  principals: Principals,
  names: PrincipalNames,
): 'direct' | 'account' | undefined {
  const listed = (candidates: readonly string[]) =>
    principals.list.some(
      ([type, value]) =>
        type === names.type && ((type === 'AWS' && value === '*') || candidates.includes(value)),
    )
  if (principals.not) {
    return listed(names.own) || listed(names.account) ? undefined : 'direct'
  }
  if (listed(names.own)) return 'direct'
  return listed(names.account) ? 'account' : undefined
}

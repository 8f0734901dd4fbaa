import type { Principals, Statement } from './document.ts'

/** The names by which a policy may mean somebody. */
export interface PrincipalNames {
  /** Those that mean him alone: ARNs and ids of a user or a session, or the host name of a service. */
  readonly own: readonly string[]
  /** Those of the role whose session he is. */
  readonly role?: readonly string[]
  /** Those that mean his whole account: its id and the ARN of its root. */
  readonly account: readonly string[]
  /** How S3 names his account. */
  readonly canonicalUserId?: string | undefined
  readonly type: 'AWS' | 'Service' | 'Anonymous'
}

/** How a statement means somebody, the most particular first. */
export type PrincipalMatch = 'self' | 'role' | 'everyone' | 'account'

/**
 * How the principals of a statement mean somebody; undefined when they do not. All but the listed: an Allow passes over whoever
 * is listed by any of his names; a Deny spares only who is listed by all of them (user and account; session, role
 * and account), as AWS asks for.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
export function matchesPrincipal(
  principals: Principals,
  names: PrincipalNames,
  effect: Statement['effect'],
): PrincipalMatch | undefined {
  const identities = [names.own, names.role ?? [], names.account].filter(({ length }) => length > 0)
  const isListed = (candidates: readonly string[]) =>
    principals.list.some(
      ([type, value]) =>
        (type === names.type && candidates.includes(value)) ||
        (type === 'CanonicalUser' && candidates === names.account && isCanonical(value, names)),
    )
  if (principals.not) {
    const listed = identities.filter(isListed).length
    const spared =
      isEveryone(principals) ||
      (effect === 'Allow' ? listed > 0 : identities.length > 0 && listed === identities.length)
    return spared ? undefined : 'everyone'
  }
  if (isListed(names.own)) return 'self'
  if (names.role && isListed(names.role)) return 'role'
  // A star means every caller with or without an account, and no service.
  if (names.type !== 'Service' && isEveryone(principals)) return 'everyone'
  return isListed(names.account) ? 'account' : undefined
}

export function isEveryone(principals: Principals): boolean {
  return principals.list.some(([type, value]) => type === 'AWS' && value === '*')
}

function isCanonical(value: string, names: PrincipalNames): boolean {
  return names.canonicalUserId !== undefined && value === names.canonicalUserId
}

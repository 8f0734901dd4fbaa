import type { ConditionContext } from './context.ts'
import type { Policy } from './document.ts'
import { evaluate, matchesEffect, statementMatches } from './evaluate.ts'
import { matchesPrincipal, type PrincipalMatch, type PrincipalNames } from './principals.ts'

/** What is attached to a principal. Each kind that there is must allow. */
export interface PolicyLayers {
  readonly identity: readonly Policy[]
  /** Undefined when there is no permissions boundary. */
  readonly boundary: readonly Policy[] | undefined
  /** Undefined when the session was given none. */
  readonly session: readonly Policy[] | undefined
}

/** Who asks. */
export interface Asker {
  readonly kind: 'root' | 'user' | 'role' | 'anonymous'
  readonly accountId: string
  readonly names: PrincipalNames
  /** Of root there are none but in a session that was given policies, of anonymous callers none. */
  readonly layers: PolicyLayers
}

/** To whom an access control list gives what is asked. */
export type Grantee = 'everyone' | 'authenticated' | { readonly canonicalUserId: string }

/** What stands at the resource. */
export interface ResourceSide {
  /** Whose resource it is: the policies of this account decide alone, those of another only together with this side. */
  readonly accountId: string
  /** Set when it belongs to another account than the one that keeps it: an object in a bucket. */
  readonly ownerId?: string | undefined
  readonly policy?: Policy | undefined
  /** False when the policy may only deny: it is not the owner's own. */
  readonly policyGrants?: boolean
  /** The policy allows nobody outside the account: `RestrictPublicBuckets` with a public policy. */
  readonly restricted?: boolean
  /** Own policies count only where this one lets the whole account decide: it does not stand beside them, it rules. */
  readonly policyRules?: boolean
  readonly grantees?: readonly Grantee[]
  /** Root of the account is not bound by denials of the policy: it may always mend it. */
  readonly rootExempt?: boolean
}

export interface Question {
  readonly action: string
  /** Undefined when it is not known. */
  readonly resource: string | undefined
  readonly context: ConditionContext
}

export type PolicyKind =
  | 'identity-based policy'
  | 'permissions boundary'
  | 'session policy'
  | 'resource-based policy'

export type Verdict =
  | { readonly effect: 'allow' }
  | { readonly effect: 'explicitDeny' | 'implicitDeny'; readonly policyKind: PolicyKind }

const allow: Verdict = { effect: 'allow' }

/**
 * The whole decision about one action on one resource. A denial anywhere wins. In one account, the caller's own policies or the
 * resource's side suffice: what names a user or a session is not narrowed by boundary and session policies, what names the role is. Across
 * accounts both must allow. Access control lists count as the resource's side. The policy of a KMS key rules: own policies count where it
 * names the account. https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decide(asker: Asker, question: Question, side: ResourceSide): Verdict {
  const isHome = isAtHome(asker, side)
  const own = ownVerdicts(asker.layers, question)
  const denied = own.find(({ effect }) => effect === 'explicitDeny')
  if (denied) return { effect: 'explicitDeny', policyKind: denied.policyKind }
  const said = side.policy ? policySays(side.policy, asker.names, question) : undefined
  const isExempt = side.rootExempt === true && asker.kind === 'root' && isHome
  if (said === 'deny' && !isExempt) {
    return { effect: 'explicitDeny', policyKind: 'resource-based policy' }
  }
  const granted = best([
    said === 'deny' || !policyCounts(asker, side) ? undefined : said,
    ...(side.grantees ?? []).map((grantee) => granteeMatches(grantee, asker)),
  ])
  const refused = own.find(({ effect }) => effect === 'implicitDeny')
  const isWholeRoot = asker.kind === 'root' && asker.layers.session === undefined
  const ownAllow = isWholeRoot || (asker.kind !== 'anonymous' && !refused)
  const byResource: Verdict = { effect: 'implicitDeny', policyKind: 'resource-based policy' }
  if (asker.kind === 'anonymous') return granted === 'everyone' ? allow : byResource
  const refusal: Verdict = refused
    ? { effect: 'implicitDeny', policyKind: refused.policyKind }
    : byResource
  if (!isHome) return granted && ownAllow ? allow : granted ? refusal : byResource
  if (side.policyRules === true && granted === undefined) return byResource
  if (ownAllow || granted === 'everyone') return allow
  // A session of a user or of root goes by his own name: what names him was his before it was narrowed.
  const isOwnSession = asker.kind !== 'role' && own.some(isSessionRefusal)
  if (granted === 'self' && !isOwnSession) return allow
  const isNarrowed = own.some(
    ({ effect, policyKind }) => effect !== 'allow' && policyKind !== 'identity-based policy',
  )
  return granted === 'role' && !isNarrowed ? allow : refusal
}

function isSessionRefusal({ effect, policyKind }: LayerVerdict): boolean {
  return policyKind === 'session policy' && effect !== 'allow'
}

/** Whether the asker's account is the one whose resource it is. */
function isAtHome(asker: Asker, side: ResourceSide): boolean {
  if (asker.kind === 'anonymous') return false
  return side.ownerId === undefined
    ? asker.accountId === side.accountId
    : asker.names.canonicalUserId === side.ownerId
}

function policyCounts(asker: Asker, side: ResourceSide): boolean {
  if (side.policyGrants === false) return false
  return side.restricted !== true || asker.accountId === side.accountId
}

interface LayerVerdict {
  readonly effect: 'allow' | 'explicitDeny' | 'implicitDeny'
  readonly policyKind: PolicyKind
}

function ownVerdicts(layers: PolicyLayers, question: Question): readonly LayerVerdict[] {
  const { action, context, resource } = question
  const asked = { action, context, resources: resource === undefined ? undefined : [resource] }
  const of = (policyKind: PolicyKind, policies: readonly Policy[] | undefined) =>
    policies ? [{ policyKind, effect: evaluate(policies, asked).effect }] : []
  return [
    ...of('identity-based policy', layers.identity),
    ...of('permissions boundary', layers.boundary),
    ...of('session policy', layers.session),
  ]
}

/** `deny`, or the farthest-reaching way in which the policy allows. */
export function policySays(
  policy: Policy,
  names: PrincipalNames,
  question: Question,
): PrincipalMatch | 'deny' | undefined {
  const matches: PrincipalMatch[] = []
  for (const statement of policy.statements) {
    const match = statement.principals
      ? matchesPrincipal(statement.principals, names, statement.effect)
      : undefined
    if (!match) continue
    const truth = statementMatches(policy, statement, question, question.resource)
    if (!matchesEffect(truth, statement.effect)) continue
    if (statement.effect === 'Deny') return 'deny'
    matches.push(match)
  }
  return best(matches)
}

const ranking: readonly PrincipalMatch[] = ['everyone', 'self', 'role', 'account']

function best(matches: readonly (PrincipalMatch | undefined)[]): PrincipalMatch | undefined {
  return ranking.find((match) => matches.includes(match))
}

function granteeMatches(grantee: Grantee, asker: Asker): PrincipalMatch | undefined {
  if (grantee === 'everyone') return 'everyone'
  if (asker.kind === 'anonymous') return undefined
  if (grantee === 'authenticated') return 'everyone'
  return grantee.canonicalUserId === asker.names.canonicalUserId ? 'account' : undefined
}

import { holds, type Truth } from './conditions.ts'
import { fillVariables, type ConditionContext } from './context.ts'
import type { Patterns, Policy, Statement } from './document.ts'
import { matchesWildcard } from './wildcard.ts'

export interface AccessQuestion {
  /** `kinesis:PutRecord`. */
  readonly action: string
  /**
   * ARNs that the action works on; each must be allowed. `['*']` for actions that work on no resource in
   * particular; undefined when it is not known which ones.
   */
  readonly resources: readonly string[] | undefined
  readonly context: ConditionContext
}

export interface Decision {
  readonly effect: 'allow' | 'explicitDeny' | 'implicitDeny'
  /** The first resource that was not allowed; `*` when it is not known. */
  readonly resource: string
}

/**
 * What a set of policies says: an explicit denial wins, an allowance is needed. Whatever cannot be judged (an unknown
 * condition, an unknown resource) never matches an Allow and always matches a Deny.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(policies: readonly Policy[], question: AccessQuestion): Decision {
  const resources = question.resources ?? [undefined]
  for (const resource of resources) {
    if (anyMatches(policies, question, resource, 'Deny')) {
      return { effect: 'explicitDeny', resource: resource ?? '*' }
    }
  }
  for (const resource of resources) {
    if (!anyMatches(policies, question, resource, 'Allow')) {
      return { effect: 'implicitDeny', resource: resource ?? '*' }
    }
  }
  return { effect: 'allow', resource: resources[0] ?? '*' }
}

function anyMatches(
  policies: readonly Policy[],
  question: AccessQuestion,
  resource: string | undefined,
  effect: Statement['effect'],
): boolean {
  return policies.some((policy) =>
    policy.statements.some(
      (statement) =>
        statement.effect === effect &&
        matchesEffect(statementMatches(policy, statement, question, resource), effect),
    ),
  )
}

/** What cannot be judged never allows, and always denies. */
export function matchesEffect(match: Truth, effect: Statement['effect']): boolean {
  return match === 'true' || (match === 'unknown' && effect === 'Deny')
}

export function statementMatches(
  policy: Policy,
  statement: Statement,
  question: Omit<AccessQuestion, 'resources'>,
  resource: string | undefined,
): Truth {
  if (!matchesAction(statement.actions, question.action)) return 'false'
  const useVariables = policy.version === '2012-10-17'
  const onResource = statement.resources
    ? matchesResource(statement.resources, resource, question.context, useVariables)
    : 'true'
  if (onResource === 'false') return 'false'
  const conditions = holds(statement.conditions, question.context, useVariables)
  if (conditions === 'false') return 'false'
  return onResource === 'true' && conditions === 'true' ? 'true' : 'unknown'
}

/** Actions are compared without regard to case. */
export function matchesAction(actions: Patterns, action: string): boolean {
  const name = action.toLowerCase()
  const listed = actions.list.some((pattern) => matchesWildcard(pattern.toLowerCase(), name))
  return listed !== actions.not
}

function matchesResource(
  resources: Patterns,
  resource: string | undefined,
  context: ConditionContext,
  useVariables: boolean,
): Truth {
  let listed: Truth = 'false'
  for (const pattern of resources.list) {
    const truth = matchesPattern(pattern, resource, context, useVariables)
    if (truth === 'true') {
      listed = 'true'
      break
    }
    if (truth === 'unknown') listed = 'unknown'
  }
  if (listed === 'unknown' || !resources.not) return listed
  return listed === 'true' ? 'false' : 'true'
}

function matchesPattern(
  pattern: string,
  resource: string | undefined,
  context: ConditionContext,
  useVariables: boolean,
): Truth {
  if (/^\*+$/.test(pattern)) return 'true'
  if (resource === undefined) return 'unknown'
  const filled = useVariables ? fillVariables(pattern, context) : { text: pattern, known: true }
  if (!filled.known) return 'unknown'
  return filled.text !== undefined && matchesWildcard(filled.text, resource) ? 'true' : 'false'
}

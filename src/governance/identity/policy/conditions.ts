import { BlockList, isIP } from 'node:net'
import { fillVariables, type ConditionContext } from './context.ts'
import type { Condition } from './document.ts'
import { matchesWildcard, unquoteWildcards } from './wildcard.ts'

/** `unknown` when a key or an operator is not one that can be judged here. */
export type Truth = 'true' | 'false' | 'unknown'

/**
 * All conditions of a statement: false if one is false, else unknown if one is unknown.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function holds(
  conditions: readonly Condition[],
  context: ConditionContext,
  useVariables: boolean,
): Truth {
  let result: Truth = 'true'
  for (const condition of conditions) {
    const truth = conditionHolds(condition, context, useVariables)
    if (truth === 'false') return 'false'
    if (truth === 'unknown') result = 'unknown'
  }
  return result
}

type Test = (value: string, expected: string) => boolean

interface Operator {
  readonly test: Test
  /** True for the `Not…` operators: they hold when no value matches, and when the key is absent. */
  readonly negated: boolean
}

const text: Test = (value, expected) => value === expected
const textIgnoringCase: Test = (value, expected) => value.toLowerCase() === expected.toLowerCase()
const like: Test = (value, expected) => matchesWildcard(expected, value)

const operators: Readonly<Record<string, Operator>> = {
  stringequals: { test: text, negated: false },
  stringnotequals: { test: text, negated: true },
  stringequalsignorecase: { test: textIgnoringCase, negated: false },
  stringnotequalsignorecase: { test: textIgnoringCase, negated: true },
  stringlike: { test: like, negated: false },
  stringnotlike: { test: like, negated: true },
  arnequals: { test: arnLike, negated: false },
  arnlike: { test: arnLike, negated: false },
  arnnotequals: { test: arnLike, negated: true },
  arnnotlike: { test: arnLike, negated: true },
  bool: { test: textIgnoringCase, negated: false },
  binaryequals: { test: text, negated: false },
  ipaddress: { test: inRange, negated: false },
  notipaddress: { test: inRange, negated: true },
  ...comparisons('numeric', numberOf),
  ...comparisons('date', dateOf),
}

/** Lower-case names, without `ForAllValues:` and the like. */
export const conditionOperators: ReadonlySet<string> = new Set([...Object.keys(operators), 'null'])

function conditionHolds(
  condition: Condition,
  context: ConditionContext,
  useVariables: boolean,
): Truth {
  const parsed = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/i.exec(condition.operator)
  if (!parsed) return 'unknown'
  const [, set, base = '', ifExists] = parsed
  const values = context.get(condition.key)
  if (base.toLowerCase() === 'null') {
    if (values === undefined || condition.values.length !== 1) return 'unknown'
    return asTruth((values.length === 0) === (condition.values[0]!.toLowerCase() === 'true'))
  }
  const operator = Object.hasOwn(operators, base.toLowerCase())
    ? operators[base.toLowerCase()]
    : undefined
  if (!operator || values === undefined) return 'unknown'
  if (values.length === 0) {
    if (ifExists) return 'true'
    if (set?.toLowerCase() === 'forallvalues') return 'true'
    return asTruth(operator.negated && set === undefined)
  }
  const expected: string[] = []
  for (const value of condition.values) {
    const filled = useVariables ? fillVariables(value, context) : { text: value, known: true }
    if (!filled.known) return 'unknown'
    if (filled.text === undefined) continue
    const wild = operator.test === like || operator.test === arnLike
    expected.push(wild ? filled.text : unquoteWildcards(filled.text))
  }
  const matches = (value: string) => expected.some((item) => operator.test(value, item))
  const passes = (value: string) => matches(value) !== operator.negated
  if (set?.toLowerCase() === 'forallvalues') return asTruth(values.every(passes))
  if (set?.toLowerCase() === 'foranyvalue') return asTruth(values.some(passes))
  return asTruth(operator.negated ? values.every(passes) : values.some(passes))
}

function asTruth(value: boolean): Truth {
  return value ? 'true' : 'false'
}

/** The six parts of an ARN are matched one by one, so that a wildcard does not reach over a colon. */
function arnLike(value: string, expected: string): boolean {
  const parts = arnParts(value)
  const patterns = arnParts(expected)
  return (
    parts.length === patterns.length &&
    patterns.every((pattern, index) => matchesWildcard(pattern, parts[index]!))
  )
}

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':')
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')]
}

function inRange(value: string, expected: string): boolean {
  const [address = '', bits] = expected.split('/')
  const family = isIP(address)
  const valueFamily = isIP(value)
  if (family === 0 || family !== valueFamily) return false
  const size = family === 4 ? 32 : 128
  const prefix = bits === undefined ? size : Number(bits)
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > size) return false
  const list = new BlockList()
  const name = family === 4 ? 'ipv4' : 'ipv6'
  list.addSubnet(address, prefix, name)
  return list.check(value, name)
}

function comparisons(
  prefix: string,
  read: (text: string) => number | undefined,
): Readonly<Record<string, Operator>> {
  const compare =
    (holdsFor: (a: number, b: number) => boolean): Test =>
    (value, expected) => {
      const a = read(value)
      const b = read(expected)
      return a !== undefined && b !== undefined && holdsFor(a, b)
    }
  return {
    [`${prefix}equals`]: { test: compare((a, b) => a === b), negated: false },
    [`${prefix}notequals`]: { test: compare((a, b) => a === b), negated: true },
    [`${prefix}lessthan`]: { test: compare((a, b) => a < b), negated: false },
    [`${prefix}lessthanequals`]: { test: compare((a, b) => a <= b), negated: false },
    [`${prefix}greaterthan`]: { test: compare((a, b) => a > b), negated: false },
    [`${prefix}greaterthanequals`]: { test: compare((a, b) => a >= b), negated: false },
  }
}

function numberOf(value: string): number | undefined {
  return /^[+-]?\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : undefined
}

/** ISO 8601, or seconds of the epoch. */
function dateOf(value: string): number | undefined {
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const time = Date.parse(value)
  return Number.isNaN(time) ? undefined : time
}

import { quoteWildcards } from './wildcard.ts'

/**
 * Facts of a request for condition keys and policy variables. A key is present with its values, known
 * to be absent, or not known at all: a key that we do not compute must not decide in the caller's favour.
 */
export class ConditionContext {
  readonly #values = new Map<string, readonly string[]>()
  readonly #knownPrefixes: string[] = []
  readonly #base: ConditionContext | undefined

  /** `base`: what holds wherever this one says nothing. */
  constructor(base?: ConditionContext) {
    this.#base = base
  }

  /** An empty list says that the request does not have this key. */
  set(key: string, ...values: readonly string[]): this {
    this.#values.set(key.toLowerCase(), values)
    return this
  }

  /** Of keys that start like this all are known: one that is not set is absent. */
  withKnownPrefix(prefix: string): this {
    this.#knownPrefixes.push(prefix.toLowerCase())
    return this
  }

  /** Undefined when nothing is known of the key. */
  get(key: string): readonly string[] | undefined {
    const name = key.toLowerCase()
    const values = this.#values.get(name)
    if (values) return values
    if (this.#knownPrefixes.some((prefix) => name.startsWith(prefix))) return []
    if (this.#base) return this.#base.get(name)
    return neverPresent.has(name) ? [] : undefined
  }
}

/** Keys of AWS features that no request here can have. */
const neverPresent = new Set(
  [
    'aws:MultiFactorAuthAge',
    'aws:PrincipalOrgID',
    'aws:PrincipalOrgPaths',
    'aws:ResourceOrgID',
    'aws:ResourceOrgPaths',
    'aws:SourceVpc',
    'aws:SourceVpce',
    'aws:SourceVpcArn',
    'aws:VpcSourceIp',
    'aws:Ec2InstanceSourceVpc',
    'aws:Ec2InstanceSourcePrivateIPv4',
    'ec2:RoleDelivery',
    'ec2:SourceInstanceARN',
    'aws:CalledVia',
    'aws:CalledViaFirst',
    'aws:CalledViaLast',
    'aws:PrincipalServiceName',
    'aws:PrincipalServiceNamesList',
    'aws:SourceArn',
    'aws:SourceAccount',
    'aws:SourceOrgID',
    'aws:SourceOrgPaths',
    'aws:FederatedProvider',
  ].map((key) => key.toLowerCase()),
)

/**
 * The text with its policy variables filled in; wildcards among their values are quoted, so that they stand for themselves.
 * `text` is undefined when a variable has no value and no default, `known` false when nothing is known of one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function fillVariables(
  text: string,
  context: ConditionContext,
): { readonly text: string | undefined; readonly known: boolean } {
  if (!text.includes('${')) return { text, known: true }
  let known = true
  let absent = false
  const filled = text.replace(/\$\{([^}]*)\}/g, (_, inner: string) => {
    if (inner === '*' || inner === '?' || inner === '$') return quoteWildcards(inner)
    const [, key = '', fallback] = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)'\s*)?$/.exec(inner) ?? []
    const values = context.get(key)
    if (values?.length === 1) return quoteWildcards(values[0]!)
    if (values === undefined) known = false
    if (fallback === undefined) absent = true
    return fallback ?? ''
  })
  return { text: absent ? undefined : filled, known }
}

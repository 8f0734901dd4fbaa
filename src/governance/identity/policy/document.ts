import { IdentityErrors } from '../errors.ts'

/**
 * A policy, read and checked.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export interface Policy {
  readonly version: '2008-10-17' | '2012-10-17'
  readonly statements: readonly Statement[]
}

export interface Statement {
  readonly sid: string | undefined
  readonly effect: 'Allow' | 'Deny'
  readonly actions: Patterns
  /** Undefined in a trust policy, whose resource is the role. */
  readonly resources: Patterns | undefined
  /** Undefined in an identity policy, whose principal is whoever it is attached to. */
  readonly principals: Principals | undefined
  readonly conditions: readonly Condition[]
}

/** A list, or everything but the list (NotAction, NotResource, NotPrincipal). */
export interface Patterns {
  readonly not: boolean
  readonly list: readonly string[]
}

export interface Principals {
  readonly not: boolean
  /** `['AWS', '*']`, `['AWS', 'arn:…']`, `['Service', 'firehose.amazonaws.com']`, `['Federated', …]`. */
  readonly list: readonly (readonly [type: string, value: string])[]
}

export interface Condition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

/** `bucket` stands for a bucket's policy, whose messages are S3's own. */
export type PolicyUse = 'identity' | 'trust' | 'key' | 'bucket'

const principalTypes = new Set(['AWS', 'Service', 'Federated', 'CanonicalUser'])
const principalForms: Readonly<Record<string, RegExp>> = {
  AWS: /^(?:\*|\d{12}|A[IR][DO]A\w{16,}|arn:aws[\w-]*:(?:iam|sts)::\d{12}:(?:root$|user\/|role\/|assumed-role\/|federated-user\/).*)$/,
  Service: /^[\w-]+(?:\.[\w-]+)*\.amazonaws\.com(?:\.cn)?$/,
  CanonicalUser: /^[0-9a-f]{64}$/,
}
const statementKeys = new Set([
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
])

/** Error: `MalformedPolicy`, with the message that IAM gives. */
export function parsePolicy(text: string, use: PolicyUse): Policy {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw IdentityErrors.MalformedPolicy('This policy contains invalid Json', {}, error)
  }
  if (!isObject(json)) throw syntaxError()
  for (const key of Object.keys(json)) {
    if (key !== 'Version' && key !== 'Id' && key !== 'Statement') throw syntaxError()
  }
  const version = json['Version'] ?? '2008-10-17'
  if (version !== '2008-10-17' && version !== '2012-10-17') throw syntaxError()
  const statements = asList(json['Statement']).map((statement) => parseStatement(statement, use))
  if (statements.length === 0) throw syntaxError()
  const sids = statements.map(({ sid }) => sid).filter((sid) => sid !== undefined && sid !== '')
  if (new Set(sids).size !== sids.length) {
    throw IdentityErrors.MalformedPolicy(`Statement IDs (SID) in a single policy must be unique.`)
  }
  return { version, statements }
}

function parseStatement(json: unknown, use: PolicyUse): Statement {
  if (!isObject(json)) throw syntaxError()
  for (const key of Object.keys(json)) if (!statementKeys.has(key)) throw syntaxError()
  const { Effect: effect, Sid: sid } = json
  if (effect !== 'Allow' && effect !== 'Deny') throw syntaxError()
  if (sid !== undefined && typeof sid !== 'string') throw syntaxError()
  if (use === 'identity' && sid !== undefined && !/^[A-Za-z0-9]*$/.test(sid)) {
    throw IdentityErrors.MalformedPolicy('Statement IDs (SID) must be alpha-numeric.')
  }
  const actions = patternsOf(json, 'Action')
  if (!actions) throw IdentityErrors.MalformedPolicy('Policy statement must contain actions.')
  for (const action of actions.list) checkAction(action)
  return {
    sid,
    effect,
    actions,
    resources: resourcesOf(json, use),
    principals: principalsOf(json, use),
    conditions: conditionsOf(json['Condition']),
  }
}

function checkAction(action: string): void {
  if (action === '*') return
  if (!action.includes(':')) {
    throw IdentityErrors.MalformedPolicy(
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    )
  }
  if (!/^[\w-]+:[\w*?]+$/.test(action)) {
    throw IdentityErrors.MalformedPolicy(
      `Vendor ${action.slice(0, action.indexOf(':'))} is not valid`,
    )
  }
}

function resourcesOf(json: Record<string, unknown>, use: PolicyUse): Patterns | undefined {
  const resources = patternsOf(json, 'Resource')
  if (use === 'trust') {
    if (resources) throw IdentityErrors.MalformedPolicy('Has prohibited field Resource')
    return undefined
  }
  if (!resources) throw IdentityErrors.MalformedPolicy('Policy statement must contain resources.')
  if (use === 'identity') {
    for (const resource of resources.list) {
      if (resource !== '*' && !resource.startsWith('arn:')) {
        throw IdentityErrors.MalformedPolicy(`Resource ${resource} must be in ARN format or "*".`)
      }
    }
  }
  return resources
}

function principalsOf(json: Record<string, unknown>, use: PolicyUse): Principals | undefined {
  const plain = json['Principal']
  const not = json['NotPrincipal']
  if (use === 'identity') {
    if (plain === undefined && not === undefined) return undefined
    throw IdentityErrors.MalformedPolicy('Policy document should not specify a principal.')
  }
  if ((plain === undefined) === (not === undefined)) {
    throw IdentityErrors.MalformedPolicy('Missing required field Principal')
  }
  const value = plain ?? not
  const list: [string, string][] = []
  if (value === '*') list.push(['AWS', '*'])
  else if (isObject(value)) {
    for (const [type, names] of Object.entries(value)) {
      if (!principalTypes.has(type)) throw syntaxError()
      for (const name of strings(names)) {
        checkPrincipal(type, name, use)
        list.push([type, name])
      }
    }
  }
  if (list.length === 0) throw syntaxError()
  return { not: plain === undefined, list }
}

/** Of a bucket's policy the offender is told in a member of the error. */
export function invalidPrincipal(use: PolicyUse, type: string, name: string): Error {
  const detail = `"${type}":"${name}"`
  return use === 'bucket'
    ? IdentityErrors.MalformedPolicy('Invalid principal in policy', { Detail: detail })
    : IdentityErrors.MalformedPolicy(`Invalid principal in policy: ${detail}`)
}

/** An account, root, user, role or session for AWS; a host name for a service. */
function checkPrincipal(type: string, name: string, use: PolicyUse): void {
  const form = Object.hasOwn(principalForms, type) ? principalForms[type] : undefined
  if (form && !form.test(name)) throw invalidPrincipal(use, type, name)
}

function conditionsOf(json: unknown): readonly Condition[] {
  if (json === undefined) return []
  if (!isObject(json)) throw syntaxError()
  const conditions: Condition[] = []
  for (const [operator, keys] of Object.entries(json)) {
    if (!isObject(keys)) throw syntaxError()
    for (const [key, value] of Object.entries(keys)) {
      const values = asList(value).map((item) => {
        if (typeof item === 'string') return item
        if (typeof item === 'number' || typeof item === 'boolean') return String(item)
        throw syntaxError()
      })
      conditions.push({ operator, key, values })
    }
  }
  return conditions
}

function patternsOf(json: Record<string, unknown>, name: string): Patterns | undefined {
  const plain = json[name]
  const not = json[`Not${name}`]
  if (plain !== undefined && not !== undefined) throw syntaxError()
  if (plain === undefined && not === undefined) return undefined
  const list = strings(plain ?? not)
  if (list.length === 0) throw syntaxError()
  return { not: plain === undefined, list }
}

function strings(value: unknown): string[] {
  return asList(value).map((item) => {
    if (typeof item !== 'string') throw syntaxError()
    return item
  })
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function syntaxError(): Error {
  return IdentityErrors.MalformedPolicy('Syntax errors in policy.')
}

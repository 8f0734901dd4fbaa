import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ConditionContext } from './context.ts'
import { decide, type Asker, type Grantee, type ResourceSide } from './decide.ts'
import { parsePolicy, type PolicyUse } from './document.ts'

const rounds = 20_000
const accounts = ['111111111111', '222222222222']
const canonical = (accountId: string) => accountId.slice(0, 1).repeat(64)
const actions = ['s3:GetObject', 's3:PutObject', 's3:ListBucket']
const actionPatterns = ['*', 's3:*', 's3:Get*', 's3:?utObject', ...actions]
const resources = ['arn:aws:s3:::b', 'arn:aws:s3:::b/x', 'arn:aws:s3:::b/anna/y']
const resourcePatterns = [
  '*',
  'arn:aws:s3:::b*',
  'arn:aws:s3:::b/*',
  'arn:aws:s3:::b/${aws:username}/*',
  ...resources,
]
const conditionKeys = ['aws:username', 's3:prefix', 'aws:Unheard']
const conditionOperators = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringEqualsIfExists',
  'Null',
]
const conditionValues = ['anna', 'bert', 'a*', 'true', 'false']

/** Each round has the seed of its own that the message of a failure tells. */
function dice(seed: number) {
  let state = seed * 2_654_435_761 + 1
  const next = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32
  }
  return {
    chance: (share: number) => next() < share,
    pick: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!,
    some: <T>(items: readonly T[]): T[] => items.filter(() => next() < 0.4),
  }
}
type Dice = ReturnType<typeof dice>

interface Json {
  [name: string]: unknown
}

function randomStatement(roll: Dice, hasPrincipal: boolean): Json {
  const listOf = <T>(items: readonly T[]) => {
    const list = roll.some(items)
    return list.length > 0 ? list : [roll.pick(items)]
  }
  const statement: Json = { Effect: roll.chance(0.75) ? 'Allow' : 'Deny' }
  statement[roll.chance(0.85) ? 'Action' : 'NotAction'] = listOf(actionPatterns)
  statement[roll.chance(0.85) ? 'Resource' : 'NotResource'] = listOf(resourcePatterns)
  if (roll.chance(0.3)) {
    statement['Condition'] = {
      [roll.pick(conditionOperators)]: {
        [roll.pick(conditionKeys)]: roll.chance(0.6)
          ? roll.pick(conditionValues)
          : listOf(conditionValues),
      },
    }
  }
  if (hasPrincipal) {
    const principals = accounts.flatMap((id) => [
      id,
      `arn:aws:iam::${id}:root`,
      `arn:aws:iam::${id}:user/anna`,
      `arn:aws:iam::${id}:role/r`,
      `arn:aws:sts::${id}:assumed-role/r/s`,
    ])
    statement[roll.chance(0.85) ? 'Principal' : 'NotPrincipal'] = roll.chance(0.2)
      ? '*'
      : { AWS: listOf(principals) }
  }
  return statement
}

function randomPolicies(roll: Dice, hasPrincipal = false): Json[] {
  return roll.some([0, 1, 2]).map(() => ({
    Version: roll.chance(0.8) ? '2012-10-17' : '2008-10-17',
    Statement: roll
      .some([0, 1])
      .concat(2)
      .map(() => randomStatement(roll, hasPrincipal)),
  }))
}

interface Case {
  readonly kind: Asker['kind']
  readonly accountId: string
  readonly identity: Json[]
  readonly boundary: Json[] | undefined
  readonly session: Json[] | undefined
  readonly bucket: Json | undefined
  readonly ownerId: string | undefined
  readonly restricted: boolean
  readonly policyRules: boolean
  readonly grantees: readonly Grantee[]
  readonly action: string
  readonly resource: string
  readonly keys: Readonly<Record<string, string | undefined>>
}

function randomCase(roll: Dice): Case {
  const kind = roll.pick(['root', 'user', 'user', 'role', 'role', 'anonymous'] as const)
  const hasPolicies = kind === 'user' || kind === 'role'
  return {
    kind,
    accountId: kind === 'anonymous' ? '' : roll.pick(accounts),
    identity: hasPolicies ? randomPolicies(roll) : [],
    boundary: hasPolicies && roll.chance(0.3) ? randomPolicies(roll) : undefined,
    session: hasPolicies && roll.chance(0.3) ? randomPolicies(roll) : undefined,
    bucket: roll.chance(0.7) ? randomPolicies(roll, true)[0] : undefined,
    ownerId: roll.chance(0.15) ? canonical(accounts[1]!) : undefined,
    restricted: roll.chance(0.2),
    policyRules: roll.chance(0.2),
    grantees: roll.chance(0.3)
      ? roll.some<Grantee>([
          'everyone',
          'authenticated',
          { canonicalUserId: canonical(accounts[0]!) },
          { canonicalUserId: canonical(accounts[1]!) },
        ])
      : [],
    action: roll.pick(actions),
    resource: roll.pick(resources),
    keys: {
      'aws:username': kind === 'user' ? 'anna' : undefined,
      's3:prefix': roll.pick(['anna', 'bert', undefined]),
    },
  }
}

const listed = (value: unknown) => (Array.isArray(value) ? value : [value]) as string[]

/** A glob by way of a regular expression. */
function glob(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text)
}

/** The plain meaning of a statement, by way of what is the case: yes, no, or not to be known. */
function naiveMatch(policy: Json, statement: Json, one: Case): boolean | undefined {
  const acts = (patterns: unknown) =>
    listed(patterns).some((pattern) => glob(pattern.toLowerCase(), one.action.toLowerCase()))
  if (statement['Action'] ? !acts(statement['Action']) : acts(statement['NotAction'])) return false
  const fill = (pattern: string) =>
    policy['Version'] === '2012-10-17' && pattern.includes('${aws:username}')
      ? one.keys['aws:username'] === undefined
        ? undefined
        : pattern.replace('${aws:username}', one.keys['aws:username'])
      : pattern
  const covers = (patterns: unknown) =>
    listed(patterns).some((pattern) => {
      const filled = fill(pattern)
      return filled !== undefined && glob(filled, one.resource)
    })
  if (statement['Resource'] ? !covers(statement['Resource']) : covers(statement['NotResource'])) {
    return false
  }
  const [operator, tests] = Object.entries((statement['Condition'] ?? {}) as Json)[0] ?? []
  if (operator === undefined) return true
  const [key, expected] = Object.entries(tests as Json)[0]!
  const values = listed(expected)
  if (key === 'aws:Unheard') return undefined
  const value = one.keys[key]
  switch (operator) {
    case 'StringEquals':
      return value !== undefined && values.includes(value)
    case 'StringNotEquals':
      return value === undefined || !values.includes(value)
    case 'StringLike':
      return value !== undefined && values.some((pattern) => glob(pattern, value))
    case 'StringEqualsIfExists':
      return value === undefined || values.includes(value)
    default:
      return values.length === 1 ? (value === undefined) === (values[0] === 'true') : undefined
  }
}

/** Every statement of some policies that speaks for or against. */
function naiveSays(policies: readonly Json[], effect: string, one: Case): boolean {
  return policies.some((policy) =>
    (policy['Statement'] as Json[]).some((statement) => {
      const match = naiveMatch(policy, statement, one)
      return statement['Effect'] === effect && (match ?? effect === 'Deny')
    }),
  )
}

/** The flow chart of AWS, box by box. */
function naiveDecision(one: Case): boolean {
  const { kind, accountId, bucket } = one
  const root = `arn:aws:iam::${accountId}:root`
  const ownName =
    kind === 'user'
      ? `arn:aws:iam::${accountId}:user/anna`
      : kind === 'role'
        ? `arn:aws:sts::${accountId}:assumed-role/r/s`
        : root
  const roleName = kind === 'role' ? `arn:aws:iam::${accountId}:role/r` : undefined
  const inAccount = (list: string[]) => list.includes(accountId) || list.includes(root)

  const ofBucket = ((bucket?.['Statement'] ?? []) as Json[]).flatMap((statement) => {
    const match = naiveMatch(bucket!, statement, one)
    const isAllow = statement['Effect'] === 'Allow'
    if (match === false || (match === undefined && isAllow)) return []
    const who = (statement['Principal'] ?? statement['NotPrincipal']) as '*' | { AWS: unknown }
    const list = who === '*' ? ['*'] : listed(who.AWS)
    const asSelf =
      kind !== 'anonymous' && (list.includes(ownName) || (kind === 'root' && inAccount(list)))
    const asRole = roleName !== undefined && list.includes(roleName)
    const asAccount = kind !== 'anonymous' && inAccount(list)
    if (statement['NotPrincipal']) {
      const spared = isAllow
        ? asSelf || asRole || asAccount
        : asSelf && asAccount && (asRole || roleName === undefined)
      if (list.includes('*') || spared) return []
      return [isAllow ? 'direct' : 'deny']
    }
    const how =
      asSelf || list.includes('*') ? 'direct' : asRole ? 'role' : asAccount ? 'account' : ''
    if (how === '') return []
    // A session of a user has no name of its own.
    const isByName = kind === 'user' && how === 'direct' && !list.includes('*')
    return [isAllow ? (isByName ? 'user' : how) : 'deny']
  })

  const layers = [one.identity, one.boundary, one.session]
  for (const layer of layers) if (layer && naiveSays(layer, 'Deny', one)) return false
  if (ofBucket.includes('deny')) return false

  const grants = new Set<string>()
  const policyMayGrant = one.ownerId === undefined && (!one.restricted || accountId === accounts[0])
  if (policyMayGrant) for (const how of ofBucket) grants.add(how)
  for (const grantee of one.grantees) {
    if (grantee === 'everyone') grants.add('direct')
    else if (kind === 'anonymous') continue
    else if (grantee === 'authenticated') grants.add('direct')
    else if (grantee.canonicalUserId === canonical(accountId)) grants.add('account')
  }
  if (kind === 'anonymous') return grants.has('direct')

  const allows = (layer: Json[] | undefined) => !layer || naiveSays(layer, 'Allow', one)
  const narrow = allows(one.boundary) && allows(one.session)
  const ownSide = kind === 'root' || (allows(one.identity) && narrow)
  const owner = one.ownerId === undefined ? accounts[0] : accounts[1]
  if (accountId !== owner) return ownSide && grants.size > 0
  if (one.policyRules && grants.size === 0) return false
  if (grants.has('user') && allows(one.session)) return true
  return ownSide || grants.has('direct') || (grants.has('role') && narrow)
}

function realDecision(one: Case): boolean {
  const parse = (policies: readonly Json[], use: PolicyUse) =>
    policies.map((policy) => parsePolicy(JSON.stringify(policy), use))
  const { kind, accountId } = one
  const account = [accountId, `arn:aws:iam::${accountId}:root`]
  const names =
    kind === 'anonymous'
      ? { type: 'Anonymous' as const, own: [], account: [] }
      : {
          type: 'AWS' as const,
          account,
          canonicalUserId: canonical(accountId),
          ...(kind === 'root' ? { own: account } : {}),
          ...(kind === 'user' ? { own: [`arn:aws:iam::${accountId}:user/anna`] } : {}),
          ...(kind === 'role'
            ? {
                own: [`arn:aws:sts::${accountId}:assumed-role/r/s`],
                role: [`arn:aws:iam::${accountId}:role/r`],
              }
            : {}),
        }
  const context = new ConditionContext()
  for (const [key, value] of Object.entries(one.keys)) {
    context.set(key, ...(value === undefined ? [] : [value]))
  }
  const side: ResourceSide = {
    accountId: accounts[0]!,
    ownerId: one.ownerId,
    policy: one.bucket && parse([one.bucket], 'bucket')[0],
    policyGrants: one.ownerId === undefined,
    restricted: one.restricted,
    policyRules: one.policyRules,
    grantees: one.grantees,
  }
  const layers = {
    identity: parse(one.identity, 'identity'),
    boundary: one.boundary && parse(one.boundary, 'identity'),
    session: one.session && parse(one.session, 'identity'),
  }
  const asker = { kind, accountId, layers, names } as Asker
  const { action, resource } = one
  return decide(asker, { action, resource, context }, side).effect === 'allow'
}

it('decides random cases as a second, plainer implementation does', () => {
  let allowed = 0
  for (let seed = 1; seed <= rounds; seed++) {
    const one = randomCase(dice(seed))
    const expected = naiveDecision(one)
    if (expected) allowed++
    assert.equal(realDecision(one), expected, `seed ${seed}: ${JSON.stringify(one)}`)
  }
  // Neither answer is rare: the cases are worth their while.
  assert.ok(allowed > rounds / 5 && allowed < (rounds * 4) / 5, `${allowed} of ${rounds} allowed`)
})

import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ConditionContext } from './context.ts'
import { decide, type Asker, type ResourceSide } from './decide.ts'
import { parsePolicy } from './document.ts'

const home = '111122223333'
const away = '444455556666'
const resource = 'arn:aws:s3:::bucket/key'
const document = (effect: 'Allow' | 'Deny', own: object = {}) => ({
  Statement: { Effect: effect, Action: 's3:*', Resource: '*', ...own },
})
const identity = (effect: 'Allow' | 'Deny', own?: object) => [
  parsePolicy(JSON.stringify(document(effect, own)), 'identity'),
]
const bucket = (effect: 'Allow' | 'Deny', principal: unknown, own: object = {}) =>
  parsePolicy(JSON.stringify(document(effect, { Principal: principal, ...own })), 'bucket')
const elsewhere = { Action: 'sqs:*' }

const names = (accountId: string, own: readonly string[], role?: readonly string[]) => ({
  type: 'AWS' as const,
  own,
  ...(role ? { role } : {}),
  account: [accountId, `arn:aws:iam::${accountId}:root`],
  canonicalUserId: accountId === home ? 'h'.repeat(64) : 'a'.repeat(64),
})
const userArn = `arn:aws:iam::${home}:user/anna`
const roleArn = `arn:aws:iam::${home}:role/reader`
const sessionArn = `arn:aws:sts::${home}:assumed-role/reader/one`
const none = { identity: [], boundary: undefined, session: undefined }
const user: Asker = { kind: 'user', accountId: home, layers: none, names: names(home, [userArn]) }
const session: Asker = {
  kind: 'role',
  accountId: home,
  layers: none,
  names: names(home, [sessionArn], [roleArn]),
}
const stranger: Asker = {
  kind: 'user',
  accountId: away,
  layers: none,
  names: names(away, [`arn:aws:iam::${away}:user/bert`]),
}
const root: Asker = { ...user, kind: 'root', names: names(home, names(home, []).account) }
const foreignRoot: Asker = { ...stranger, kind: 'root' }
const nobody: Asker = {
  kind: 'anonymous',
  accountId: '',
  layers: none,
  names: { type: 'Anonymous', own: [], account: [] },
}
const mine = { accountId: home }
const can = { identity: identity('Allow') }
const cannot = { identity: identity('Deny') }
const bound = { boundary: identity('Allow', elsewhere) }
const narrowed = { session: identity('Allow', elsewhere) }

/** asker, what is attached to him, what stands at the resource, and what follows. */
const cases: readonly [
  string,
  Asker,
  Partial<Asker['layers']>,
  Partial<ResourceSide>,
  'allow' | 'explicitDeny' | 'implicitDeny',
][] = [
  ['nothing is said', user, {}, {}, 'implicitDeny'],
  ['his own policy allows', user, can, {}, 'allow'],
  ['the bucket names him', user, {}, { policy: bucket('Allow', { AWS: userArn }) }, 'allow'],
  ['the bucket names all', user, {}, { policy: bucket('Allow', '*') }, 'allow'],
  [
    'the bucket names his account',
    user,
    {},
    { policy: bucket('Allow', { AWS: home }) },
    'implicitDeny',
  ],
  [
    'a key names nobody of the account',
    user,
    can,
    { policy: bucket('Allow', { AWS: away }), policyRules: true },
    'implicitDeny',
  ],
  [
    'a key names the account, which decides',
    user,
    can,
    { policy: bucket('Allow', { AWS: home }), policyRules: true },
    'allow',
  ],
  [
    'a key names the account, which does not allow',
    user,
    {},
    { policy: bucket('Allow', { AWS: home }), policyRules: true },
    'implicitDeny',
  ],
  [
    'a key names him',
    user,
    {},
    { policy: bucket('Allow', { AWS: userArn }), policyRules: true },
    'allow',
  ],
  [
    'a key does not name root',
    root,
    {},
    { policy: bucket('Allow', { AWS: userArn }), policyRules: true },
    'implicitDeny',
  ],
  ['he is denied', user, cannot, { policy: bucket('Allow', { AWS: userArn }) }, 'explicitDeny'],
  ['the bucket denies', user, can, { policy: bucket('Deny', '*') }, 'explicitDeny'],
  ['a boundary narrows', user, { ...can, ...bound }, {}, 'implicitDeny'],
  [
    'a boundary does not narrow what names the user',
    user,
    bound,
    { policy: bucket('Allow', { AWS: userArn }) },
    'allow',
  ],
  [
    'a boundary that denies does',
    user,
    { boundary: identity('Deny') },
    { policy: bucket('Allow', { AWS: userArn }) },
    'explicitDeny',
  ],
  ['the role is named', session, {}, { policy: bucket('Allow', { AWS: roleArn }) }, 'allow'],
  [
    'a boundary narrows what names the role',
    session,
    bound,
    { policy: bucket('Allow', { AWS: roleArn }) },
    'implicitDeny',
  ],
  [
    'a session policy narrows what names the role',
    session,
    { ...can, ...narrowed },
    { policy: bucket('Allow', { AWS: roleArn }) },
    'implicitDeny',
  ],
  [
    'neither narrows what names the session',
    session,
    { ...narrowed, ...bound },
    { policy: bucket('Allow', { AWS: sessionArn }) },
    'allow',
  ],
  [
    'a session of a user goes by his name, and stays narrowed',
    user,
    narrowed,
    { policy: bucket('Allow', { AWS: userArn }) },
    'implicitDeny',
  ],
  [
    'and so does one of root',
    root,
    { ...can, ...narrowed },
    { policy: bucket('Allow', { AWS: home }) },
    'implicitDeny',
  ],
  ['root of the owner', root, {}, {}, 'allow'],
  ['root is denied too', root, {}, { policy: bucket('Deny', '*') }, 'explicitDeny'],
  ['root mends a policy', root, {}, { policy: bucket('Deny', '*'), rootExempt: true }, 'allow'],
  ['others do not', user, can, { policy: bucket('Deny', '*'), rootExempt: true }, 'explicitDeny'],
  ['a stranger who may at home', stranger, can, {}, 'implicitDeny'],
  [
    'a stranger who is let in only',
    stranger,
    {},
    { policy: bucket('Allow', { AWS: away }) },
    'implicitDeny',
  ],
  ['both sides allow', stranger, can, { policy: bucket('Allow', { AWS: away }) }, 'allow'],
  [
    'a boundary of a stranger',
    stranger,
    { ...can, ...bound },
    { policy: bucket('Allow', '*') },
    'implicitDeny',
  ],
  [
    'root of another account that is let in',
    foreignRoot,
    {},
    { policy: bucket('Allow', { AWS: away }) },
    'allow',
  ],
  ['root of another account', foreignRoot, {}, {}, 'implicitDeny'],
  [
    'a canonical user',
    stranger,
    can,
    { policy: bucket('Allow', { CanonicalUser: 'a'.repeat(64) }) },
    'allow',
  ],
  [
    'a restricted policy keeps strangers out',
    stranger,
    can,
    { policy: bucket('Allow', '*'), restricted: true },
    'implicitDeny',
  ],
  [
    'and lets the account in',
    user,
    {},
    { policy: bucket('Allow', '*'), restricted: true },
    'allow',
  ],
  ['nobody', nobody, {}, {}, 'implicitDeny'],
  ['nobody, by policy', nobody, {}, { policy: bucket('Allow', '*') }, 'allow'],
  [
    'nobody, where a policy names somebody',
    nobody,
    {},
    { policy: bucket('Allow', { AWS: home }) },
    'implicitDeny',
  ],
  ['nobody, by list', nobody, {}, { grantees: ['everyone'] }, 'allow'],
  ['nobody is not authenticated', nobody, {}, { grantees: ['authenticated'] }, 'implicitDeny'],
  [
    'a denial wins over a list',
    nobody,
    {},
    {
      grantees: ['everyone'],
      policy: bucket('Deny', '*'),
    },
    'explicitDeny',
  ],
  [
    'a list names the account of a stranger who may',
    stranger,
    can,
    { grantees: [{ canonicalUserId: 'a'.repeat(64) }] },
    'allow',
  ],
  [
    'and of one who may not',
    stranger,
    {},
    { grantees: [{ canonicalUserId: 'a'.repeat(64) }] },
    'implicitDeny',
  ],
  [
    "an object of another account in one's bucket",
    root,
    {},
    { ownerId: 'a'.repeat(64), policyGrants: false },
    'implicitDeny',
  ],
  [
    'which its owner reads, whom the bucket does not let in',
    stranger,
    can,
    { ownerId: 'a'.repeat(64), policyGrants: false },
    'allow',
  ],
  [
    'unless the bucket denies',
    stranger,
    can,
    { ownerId: 'a'.repeat(64), policyGrants: false, policy: bucket('Deny', '*') },
    'explicitDeny',
  ],
]

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
describe('a decision', () => {
  for (const [what, asker, layers, side, expected] of cases) {
    it(`${what}: ${expected}`, () => {
      const question = { action: 's3:GetObject', resource, context: new ConditionContext() }
      const verdict = decide({ ...asker, layers: { ...none, ...layers } }, question, {
        ...mine,
        ...side,
      })
      assert.equal(verdict.effect, expected)
    })
  }

  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html */
  it('spares from a denial only who is excepted by all his names', () => {
    const accountArn = `arn:aws:iam::${home}:root`
    const denied = (asker: Asker, ...AWS: string[]) =>
      decide(
        { ...asker, layers: { ...none, ...can } },
        { action: 's3:GetObject', resource, context: new ConditionContext() },
        {
          ...mine,
          policy: parsePolicy(
            JSON.stringify(document('Deny', { NotPrincipal: { AWS } })),
            'bucket',
          ),
        },
      ).effect === 'explicitDeny'
    assert.equal(denied(user, userArn, accountArn), false)
    assert.equal(denied(user, userArn), true)
    assert.equal(denied(user, accountArn), true)
    assert.equal(denied(root, accountArn), false)
    assert.equal(denied(session, sessionArn, roleArn, home), false)
    assert.equal(denied(session, roleArn, home), true)
    assert.equal(denied(stranger, userArn, accountArn), true)
  })
})

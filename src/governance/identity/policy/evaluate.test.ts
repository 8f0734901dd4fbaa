import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { isLakeError } from '#kit'
import { ConditionContext } from './context.ts'
import { parsePolicy } from './document.ts'
import { evaluate } from './evaluate.ts'
import { matchesWildcard } from './wildcard.ts'

const policy = (...statements: object[]) =>
  parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), 'identity')
const arn = 'arn:aws:kinesis:eu-west-1:123456789012:stream/events'
const ask = (
  statements: object[],
  own: { action?: string; resources?: readonly string[]; context?: ConditionContext } = {},
) =>
  evaluate([policy(...statements)], {
    action: 'kinesis:PutRecord',
    resources: [arn],
    context: new ConditionContext(),
    ...own,
  }).effect
const allow = (own: object = {}) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...own })
const deny = (own: object = {}) => ({ Effect: 'Deny', Action: '*', Resource: '*', ...own })

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
describe('policies', () => {
  it('refuse by default, allow when told, and let a denial win', () => {
    assert.equal(ask([allow({ Action: 's3:*' })]), 'implicitDeny')
    assert.equal(ask([allow()]), 'allow')
    assert.equal(ask([allow(), deny()]), 'explicitDeny')
    assert.equal(ask([deny({ Action: 's3:*' }), allow()]), 'allow')
  })

  it('match actions without regard to case, with wildcards and by exclusion', () => {
    assert.equal(ask([allow({ Action: 'KINESIS:put*' })]), 'allow')
    assert.equal(ask([allow({ Action: 'kinesis:PutRecor?' })]), 'allow')
    assert.equal(ask([allow({ Action: 'kinesis:PutRecord?' })]), 'implicitDeny')
    assert.equal(ask([{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }]), 'allow')
    assert.equal(ask([{ Effect: 'Allow', NotAction: 'kinesis:*', Resource: '*' }]), 'implicitDeny')
  })

  it('must allow every resource, and deny when one is denied', () => {
    const two = { resources: [arn, `${arn}2`] }
    assert.equal(ask([allow({ Resource: arn })], two), 'implicitDeny')
    assert.equal(ask([allow({ Resource: `${arn}*` })], two), 'allow')
    assert.equal(ask([allow(), deny({ Resource: `${arn}2` })], two), 'explicitDeny')
    assert.equal(
      ask([{ Effect: 'Allow', Action: '*', NotResource: `${arn}2` }], two),
      'implicitDeny',
    )
  })

  it('never take an unknown resource for an allowed one, nor for one that is not denied', () => {
    const unknown = { resources: undefined }
    assert.equal(ask([allow({ Resource: arn })], unknown), 'implicitDeny')
    assert.equal(ask([{ Effect: 'Allow', Action: '*', NotResource: arn }], unknown), 'implicitDeny')
    assert.equal(ask([allow()], unknown), 'allow')
    assert.equal(ask([allow(), deny({ Resource: arn })], unknown), 'explicitDeny')
    assert.equal(ask([allow(), deny({ Resource: arn })], { resources: ['*'] }), 'allow')
  })

  it('fill in variables, whose wildcards stand for themselves', () => {
    const own = [allow({ Resource: 'arn:aws:s3:::home/${aws:username}/*' })]
    const as = (name: string) => new ConditionContext().set('aws:username', name)
    const at = (resource: string, context: ConditionContext) =>
      ask(own, { resources: [resource], context })
    assert.equal(at('arn:aws:s3:::home/anna/a', as('anna')), 'allow')
    assert.equal(at('arn:aws:s3:::home/bert/a', as('anna')), 'implicitDeny')
    assert.equal(at('arn:aws:s3:::home/bert/a', as('*')), 'implicitDeny')
    assert.equal(at('arn:aws:s3:::home/*/a', as('*')), 'allow')
    assert.equal(at('arn:aws:s3:::home//a', new ConditionContext()), 'implicitDeny')
  })
})

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
describe('conditions', () => {
  const context = new ConditionContext()
    .set('aws:username', 'anna')
    .set('aws:SourceIp', '10.1.2.3')
    .set('aws:CurrentTime', '2026-03-04T05:06:07Z')
    .set('aws:SecureTransport', 'false')
    .set('aws:PrincipalArn', 'arn:aws:iam::123456789012:role/team/reader')
    .set('s3:max-keys', '10')
    .set('aws:TagKeys', 'a', 'b')
    .set('aws:referer')
  const when = (operator: string, key: string, value: unknown) =>
    ask([allow({ Condition: { [operator]: { [key]: value } } })], { context }) === 'allow'

  const cases: readonly [string, string, unknown, boolean][] = [
    ['StringEquals', 'aws:username', ['bert', 'anna'], true],
    ['StringEquals', 'aws:username', 'Anna', false],
    ['StringEquals', 'AWS:UserName', 'anna', true],
    ['StringEqualsIgnoreCase', 'aws:username', 'Anna', true],
    ['StringNotEquals', 'aws:username', ['bert', 'anna'], false],
    ['StringNotEquals', 'aws:username', 'bert', true],
    ['StringLike', 'aws:username', 'a*a', true],
    ['StringNotLike', 'aws:username', 'a*a', false],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/*', true],
    ['ArnLike', 'aws:PrincipalArn', 'arn:aws:*:role/*', false],
    ['Bool', 'aws:SecureTransport', 'false', true],
    ['Bool', 'aws:SecureTransport', true, false],
    ['IpAddress', 'aws:SourceIp', ['10.1.0.0/16'], true],
    ['IpAddress', 'aws:SourceIp', '10.2.0.0/16', false],
    ['IpAddress', 'aws:SourceIp', '::/0', false],
    ['NotIpAddress', 'aws:SourceIp', '10.2.0.0/16', true],
    ['NumericLessThanEquals', 's3:max-keys', 10, true],
    ['NumericGreaterThan', 's3:max-keys', '10', false],
    ['DateLessThan', 'aws:CurrentTime', '2026-03-05T00:00:00Z', true],
    ['DateGreaterThan', 'aws:CurrentTime', '2026-03-05T00:00:00Z', false],
    ['Null', 'aws:referer', 'true', true],
    ['Null', 'aws:username', 'true', false],
    ['StringEquals', 'aws:referer', 'x', false],
    ['StringEqualsIfExists', 'aws:referer', 'x', true],
    ['StringNotEquals', 'aws:referer', 'x', true],
    ['ForAllValues:StringEquals', 'aws:TagKeys', ['a', 'b', 'c'], true],
    ['ForAllValues:StringEquals', 'aws:TagKeys', ['a'], false],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', ['a'], true],
    ['ForAnyValue:StringEquals', 'aws:TagKeys', ['c'], false],
    ['ForAllValues:StringEquals', 'aws:referer', 'x', true],
    ['ForAnyValue:StringEquals', 'aws:referer', 'x', false],
  ]
  for (const [operator, key, value, expected] of cases) {
    it(`${operator} ${key} ${JSON.stringify(value)} ${expected ? 'holds' : 'fails'}`, () => {
      assert.equal(when(operator, key, value), expected)
    })
  }

  it('that cannot be judged never allow and always deny', () => {
    for (const [operator, key] of [
      ['StringEquals', 'some:unheardKey'],
      ['StringNotEquals', 'some:unheardKey'],
      ['StringEqualsIfExists', 'some:unheardKey'],
      ['Null', 'some:unheardKey'],
      ['UnheardOperator', 'aws:username'],
      ['constructor', 'aws:username'],
    ] as const) {
      assert.equal(when(operator, key, 'anna'), false, operator)
      const denied = deny({ Condition: { [operator]: { [key]: 'anna' } } })
      assert.equal(ask([allow(), denied], { context }), 'explicitDeny', operator)
    }
  })

  it('all have to hold', () => {
    const Condition = {
      StringEquals: { 'aws:username': 'anna' },
      Bool: { 'aws:SecureTransport': 'true' },
    }
    assert.equal(ask([allow({ Condition })], { context }), 'implicitDeny')
    assert.equal(ask([allow(), deny({ Condition })], { context }), 'allow')
  })
})

describe('wildcards', () => {
  it('match as a whole, in bearable time', () => {
    assert.ok(matchesWildcard('a*b?c', 'axxbyc'))
    assert.ok(matchesWildcard('*', ''))
    assert.ok(!matchesWildcard('a', 'ab'))
    assert.ok(!matchesWildcard('?', ''))
    assert.ok(!matchesWildcard(`${'*a'.repeat(200)}b`, 'a'.repeat(2000)))
  })
})

describe('documents', () => {
  const refused = (text: string, message: RegExp, use: 'identity' | 'trust' = 'identity') =>
    assert.throws(
      () => parsePolicy(text, use),
      (error) => isLakeError(error, 'MalformedPolicy') && message.test(error.message),
    )

  it('are read strictly', () => {
    refused('no json', /invalid Json/)
    refused('[]', /Syntax errors/)
    refused('{"Version":"2012-10-18","Statement":[]}', /Syntax errors/)
    refused('{"Statement":{"Effect":"allow","Action":"s3:*","Resource":"*"}}', /Syntax errors/)
    refused('{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","More":1}}', /Syntax/)
    refused(
      '{"Statement":{"Effect":"Allow","Action":"s3:*","NotAction":"s3:*","Resource":"*"}}',
      /Syntax errors/,
    )
    refused('{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}', /Principal/, 'trust')
    refused(
      '{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"x y"}}}',
      /Invalid principal/,
      'trust',
    )
  })
})

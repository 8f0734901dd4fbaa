import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parsePolicy } from './document.ts'
import { isPublicPolicy } from './public.ts'

const isPublic = (own: object) =>
  isPublicPolicy(
    parsePolicy(
      JSON.stringify({
        Statement: { Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: '*', ...own },
      }),
      'bucket',
    ),
  )
const account = '111122223333'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status */
const conditions: readonly [object, boolean][] = [
  [{ StringEquals: { 'aws:SourceVpc': 'vpc-91237329' } }, false],
  [{ StringLike: { 'aws:SourceVpc': 'vpc-*' } }, true],
  [{ StringLike: { 'aws:SourceVpc': 'vpc-1' } }, false],
  [{ StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } }, true],
  [{ StringEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' } }, true],
  [{ 'ForAllValues:StringEquals': { 'aws:SourceVpc': 'vpc-1' } }, true],
  [{ StringEquals: { 'aws:PrincipalAccount': account } }, false],
  [{ StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, false],
  [{ StringEquals: { 'aws:username': 'anna' } }, true],
  [{ StringEquals: { 'aws:SourceAccount': ['1', '${aws:userid}'] } }, true],
  [{ StringLike: { 'aws:userid': 'AROAEXAMPLE:*' } }, true],
  [{ StringEquals: { 'aws:userid': 'AIDAEXAMPLE' } }, false],
  [
    { ArnLike: { 's3:DataAccessPointArn': `arn:aws:s3:eu-west-1:${account}:accesspoint/*` } },
    false,
  ],
  [{ ArnLike: { 's3:DataAccessPointArn': 'arn:aws:s3:eu-west-1:*:accesspoint/a' } }, true],
  [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, false],
  [{ IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } }, true],
  [{ IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '::/0'] } }, true],
  [{ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, true],
  [{ Bool: { 'aws:SecureTransport': 'true' } }, true],
]

describe('a public policy', () => {
  it('allows everybody', () => {
    assert.equal(isPublic({}), true)
    assert.equal(isPublic({ Principal: { AWS: '*' } }), true)
    assert.equal(isPublic({ Principal: { AWS: [account, '*'] } }), true)
    assert.equal(isPublic({ Principal: { AWS: account } }), false)
    assert.equal(isPublic({ Principal: undefined, NotPrincipal: { AWS: account } }), true)
    assert.equal(isPublic({ Effect: 'Deny' }), false)
  })

  for (const [Condition, expected] of conditions) {
    it(`${JSON.stringify(Condition)} is ${expected ? 'public' : 'not public'}`, () => {
      assert.equal(isPublic({ Condition }), expected)
    })
  }
})

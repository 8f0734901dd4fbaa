import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { canonicalPath, canonicalQuery, canonicalRequest, canonicalS3Path } from './canonical.ts'
import {
  SigningKeys,
  deriveSigningKey,
  emptyHash,
  equalSignatures,
  sign,
  stringToSign,
} from './signing.ts'

/**
 * AWS's own test suite for Signature Version 4: request and expected signature.
 * https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4
 */
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const scope = { date: '20150830', region: 'us-east-1', service: 'service' }
const form = '9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e'
const letters = '-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const token =
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=='

interface Vector {
  readonly name: string
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly payloadHash?: string
  readonly signature: string
}

const vectors: readonly Vector[] = [
  {
    name: 'get-header-key-duplicate',
    headers: { 'my-header1': 'value2,value2,value1' },
    signature: 'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
  },
  {
    name: 'get-header-value-order',
    headers: { 'my-header1': 'value4,value1,value3,value2' },
    signature: '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01',
  },
  {
    name: 'get-header-value-trim',
    headers: { 'my-header1': ' value1', 'my-header2': ' "a   b   c"' },
    signature: 'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  },
  {
    name: 'get-unreserved',
    path: `/${letters}`,
    signature: '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  },
  {
    name: 'get-utf8',
    path: Buffer.from('/ሴ').toString('latin1'),
    signature: '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85',
  },
  {
    name: 'get-vanilla',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-vanilla-empty-query-key',
    query: 'Param1=value1',
    signature: 'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb',
  },
  {
    name: 'get-vanilla-query-order-key-case',
    query: 'Param2=value2&Param1=value1',
    signature: 'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  },
  {
    name: 'get-vanilla-query-unreserved',
    query: `${letters}=${letters}`,
    signature: '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
  },
  {
    name: 'get-vanilla-utf8-query',
    query: '%E1%88%B4=bar',
    signature: '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  },
  {
    name: 'post-header-value-case',
    method: 'POST',
    headers: { 'my-header1': 'VALUE1' },
    signature: 'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
  },
  {
    name: 'post-sts-header-before',
    method: 'POST',
    headers: { 'x-amz-security-token': token },
    signature: '85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead',
  },
  {
    name: 'post-vanilla-query-nonunreserved',
    method: 'POST',
    query: '@%23$%25^=&%2B=/,?><`";:\\|][{}',
    signature: '66c82657c86e26fb25238d0e69f011edc4c6df5ae71119d7cb98ed9b87393c1e',
  },
  {
    name: 'post-vanilla-query-space',
    method: 'POST',
    query: 'p',
    signature: 'e71688addb58a26418614085fb730ba3faa623b461c17f48f2fbdb9361b94a9b',
  },
  {
    name: 'post-x-www-form-urlencoded',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payloadHash: form,
    signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  },
  {
    name: 'post-x-www-form-urlencoded-parameters',
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf8' },
    payloadHash: form,
    signature: '1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe',
  },
  {
    name: 'get-relative-relative (normalised path)',
    path: '/example1/example2/../..',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'get-slash (normalised path)',
    path: '//',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
]

describe('the signature of a request', () => {
  for (const vector of vectors) {
    it(`is AWS's own for ${vector.name}`, () => {
      const headers: Record<string, string> = {
        host: 'example.amazonaws.com',
        'x-amz-date': '20150830T123600Z',
        ...vector.headers,
      }
      const canonical = canonicalRequest({
        method: vector.method ?? 'GET',
        rawPath: vector.path ?? '/',
        rawQuery: vector.query ?? '',
        headers,
        signedHeaders: Object.keys(headers).toSorted(),
        payloadHash: vector.payloadHash ?? emptyHash,
        pathStyle: 'normalised',
      })
      const text = stringToSign('20150830T123600Z', scope, canonical)
      assert.equal(sign(deriveSigningKey(secret, scope), text), vector.signature)
    })
  }

  it('encodes an S3 path once and leaves its dots and slashes', () => {
    assert.equal(canonicalS3Path('/b/a%20b//./..%2Fc'), '/b/a%20b//./../c')
    assert.equal(canonicalS3Path("/b/a(1)+'é".replace('é', '%c3%a9')), '/b/a%281%29%2B%27%C3%A9')
    assert.equal(canonicalS3Path('/b/50%'), '/b/50%25')
  })

  it('encodes the path of other services twice and normalises it', () => {
    assert.equal(canonicalPath('/tags/arn%3Aaws/./x/'), '/tags/arn%253Aaws/x/')
    assert.equal(canonicalPath(''), '/')
  })

  it('sorts repeated parameters by value', () => {
    assert.equal(canonicalQuery('b=2&a=z&a=b&a&X-Amz-Signature=00'), 'a=&a=b&a=z&b=2')
    assert.equal(canonicalQuery('p=a+b%2b'), 'p=a%20b%2B')
  })
})

describe('signing keys', () => {
  it('are kept until the secret changes', () => {
    const keys = new SigningKeys(2)
    const first = keys.get('AKID', secret, scope)
    assert.equal(keys.get('AKID', secret, scope), first)
    const changed = keys.get('AKID', 'other', scope)
    assert.notDeepEqual(changed, first)
    assert.deepEqual(changed, deriveSigningKey('other', scope))
  })
})

describe('signatures', () => {
  it('are equal only when every character is', () => {
    assert.ok(equalSignatures('ab', 'ab'))
    assert.ok(!equalSignatures('ab', 'aB'))
    assert.ok(!equalSignatures('ab', 'abc'))
    assert.ok(!equalSignatures('ab', 'é'))
  })
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { startLake, type TestLake } from '#test/harness'

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html

let lake: TestLake
let s3: S3Client

before(async () => {
  lake = await startLake()
  s3 = lake.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket: 'shared' }))
  await s3.send(new CreateBucketCommand({ Bucket: 'closed' }))
  await s3.send(new PutObjectCommand({ Bucket: 'shared', Key: 'k', Body: 'v' }))
  await s3.send(
    new PutBucketCorsCommand({
      Bucket: 'shared',
      CORSConfiguration: {
        CORSRules: [
          {
            AllowedOrigins: ['https://*.example.com'],
            AllowedMethods: ['PUT', 'POST'],
            AllowedHeaders: ['Content-Type', 'x-amz-*'],
            ExposeHeaders: ['ETag', 'x-amz-version-id'],
            MaxAgeSeconds: 3000,
          },
          { AllowedOrigins: ['*'], AllowedMethods: ['GET'] },
        ],
      },
    }),
  )
})
after(() => lake.stop())

const ask = (path: string, headers: Record<string, string>) =>
  fetch(`${lake.endpoint}${path}`, { method: 'OPTIONS', headers })

const corsOf = (response: Response) =>
  Object.fromEntries(
    [...response.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'),
  )

const vary = 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method'

test('a preflight that a rule fits is allowed, without a signature', async () => {
  const response = await ask('/shared/any/key', {
    origin: 'https://app.example.com',
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'Content-Type, X-Amz-Meta-A',
  })
  assert.equal(response.status, 200)
  assert.equal(await response.text(), '')
  assert.deepEqual(corsOf(response), {
    'access-control-allow-origin': 'https://app.example.com',
    'access-control-allow-methods': 'PUT, POST',
    'access-control-allow-headers': 'content-type, x-amz-meta-a',
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'ETag, x-amz-version-id',
    'access-control-max-age': '3000',
    vary,
  })
})

test('an origin that anybody may have is answered with an asterisk', async () => {
  const response = await ask('/shared', {
    origin: 'https://elsewhere.test',
    'access-control-request-method': 'GET',
  })
  assert.equal(response.status, 200)
  assert.deepEqual(corsOf(response), {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET',
    vary,
  })
})

const put = { 'access-control-request-method': 'PUT' }
const example = { origin: 'https://app.example.com' }
const refusals: readonly [string, string, Record<string, string>, number, RegExp][] = [
  ['no origin', '/shared/k', put, 400, /<Code>BadRequest<.*Insufficient information. Origin/],
  ['no method', '/shared/k', example, 400, /Invalid Access-Control-Request-Method: null</],
  [
    'a method that has no rules',
    '/shared/k',
    { ...example, 'access-control-request-method': 'PATCH' },
    400,
    /Invalid Access-Control-Request-Method: PATCH</,
  ],
  [
    'another origin',
    '/shared/k',
    { ...put, origin: 'https://example.com.evil.test' },
    403,
    /<Code>AccessForbidden<.*This CORS request is not allowed.*<Method>PUT<\/Method><ResourceType>OBJECT</,
  ],
  [
    'a header that is not allowed',
    '/shared',
    { ...put, ...example, 'access-control-request-headers': 'content-type, authorization' },
    403,
    /This CORS request is not allowed.*<ResourceType>BUCKET</,
  ],
  [
    'a bucket without rules',
    '/closed/k',
    { ...put, ...example },
    403,
    /CORS is not enabled for this bucket/,
  ],
  ['no bucket', '/nowhere/k', { ...put, ...example }, 403, /CORSResponse: Bucket not found/],
]

for (const [name, path, headers, status, body] of refusals) {
  test(`a preflight is refused: ${name}`, async () => {
    const response = await ask(path, headers)
    assert.equal(response.status, status)
    assert.match(await response.text(), body)
    assert.equal(response.headers.get('access-control-allow-origin'), null)
  })
}

test('an actual request is answered for its origin, be it refused or not', async () => {
  const seen: Record<string, string>[] = []
  const withOrigin = (origin: string) => {
    const client = lake.client(S3Client)
    client.middlewareStack.add(
      (next) => async (args) => {
        const { headers } = args.request as { headers: Record<string, string> }
        headers['origin'] = origin
        const result = await next(args)
        seen.push((result.response as { headers: Record<string, string> }).headers)
        return result
      },
      { step: 'finalizeRequest', priority: 'low' },
    )
    return client
  }
  const object = await withOrigin('https://any.test').send(
    new GetObjectCommand({ Bucket: 'shared', Key: 'k' }),
  )
  assert.equal(await object.Body!.transformToString(), 'v')
  assert.equal(seen[0]!['access-control-allow-origin'], '*')
  await withOrigin('https://app.example.com').send(
    new PutObjectCommand({ Bucket: 'shared', Key: 'k', Body: 'w' }),
  )
  assert.equal(seen[1]!['access-control-allow-origin'], 'https://app.example.com')
  assert.equal(seen[1]!['access-control-expose-headers'], 'ETag, x-amz-version-id')
  await withOrigin('https://any.test').send(
    new PutObjectCommand({ Bucket: 'shared', Key: 'k', Body: 'x' }),
  )
  assert.equal(seen[2]!['access-control-allow-origin'], undefined)

  const anonymous = await fetch(`${lake.endpoint}/shared/k`, {
    headers: { origin: 'https://any.test' },
  })
  assert.equal(anonymous.status, 403)
  assert.equal(anonymous.headers.get('access-control-allow-origin'), '*')
  const without = await fetch(`${lake.endpoint}/shared/k`)
  assert.equal(without.headers.get('access-control-allow-origin'), null)
})

import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { after, before, test } from 'node:test'
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { createSigV4Authenticator } from '#protocol/aws/sigv4'
import { startLake, testCredentials, type TestLake } from '#test/harness'

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html

let lake: TestLake
let s3: S3Client
const bucket = 'forms'

before(async () => {
  lake = await startLake()
  s3 = lake.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
})
after(() => lake.stop())

type Fields = Record<string, string>

interface Upload {
  readonly fields?: Fields
  readonly file?: Blob | string
  /** After the signature: undefined takes a field away. */
  readonly change?: Record<string, string | undefined>
  /** Beside those that allow the bucket and every field. */
  readonly conditions?: readonly unknown[]
  /** Fields, or `bucket`, that no condition allows. */
  readonly uncovered?: readonly string[]
  readonly policy?: unknown
  readonly expiration?: string
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  readonly scope?: string
}

function formFields(upload: Upload): Fields {
  const { accessKeyId, secretAccessKey, sessionToken } =
    upload.credentials ?? (testCredentials as NonNullable<Upload['credentials']>)
  const date = '20240506'
  const fields: Fields = {
    key: 'a key',
    ...upload.fields,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${accessKeyId}/${upload.scope ?? `${date}/us-east-1/s3/aws4_request`}`,
    'x-amz-date': `${date}T070809Z`,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  }
  const covered = Object.entries({ bucket, ...fields }).filter(
    ([name]) => !upload.uncovered?.includes(name),
  )
  const document = upload.policy ?? {
    expiration: upload.expiration ?? '2999-01-01T00:00:00.000Z',
    conditions: [
      ...covered.map(([name]) => ['starts-with', `$${name}`, '']),
      ...(upload.conditions ?? []),
    ],
  }
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  const policy = Buffer.from(text).toString('base64')
  let key: string | Buffer = `AWS4${secretAccessKey}`
  for (const part of [date, 'us-east-1', 's3', 'aws4_request']) {
    key = createHmac('sha256', key).update(part).digest()
  }
  fields['policy'] = policy
  fields['x-amz-signature'] = createHmac('sha256', key).update(policy).digest('hex')
  for (const [name, value] of Object.entries(upload.change ?? {})) {
    if (value === undefined) delete fields[name]
    else fields[name] = value
  }
  return fields
}

async function post(upload: Upload = {}, bucketName = bucket): Promise<Response> {
  const form = new FormData()
  for (const [name, value] of Object.entries(formFields(upload))) form.append(name, value)
  form.append('file', upload.file ?? new File(['content'], 'upload.txt'))
  form.append('submit', 'Upload')
  const url = `${lake.endpoint}/${bucketName}`
  return fetch(url, { method: 'POST', body: form, redirect: 'manual' })
}

async function refused(
  response: Response,
): Promise<readonly [number, string | undefined, string | undefined]> {
  const body = await response.text()
  const of = (name: string) =>
    new RegExp(`<${name}>(.*?)</${name}>`)
      .exec(body)?.[1]
      ?.replaceAll('&quot;', '"')
      .replaceAll('&apos;', "'")
  return [response.status, of('Code'), of('Message')]
}

const get = (Key: string) => s3.send(new GetObjectCommand({ Bucket: bucket, Key }))

test('a form stores its file with the properties that its fields give', async () => {
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251))
  const response = await post({
    fields: {
      key: 'photos/${filename}',
      'Content-Type': 'image/png',
      'Cache-Control': 'max-age=60',
      'x-amz-meta-colour': 'green',
      'x-amz-meta-umlaut': 'ü',
      'x-amz-storage-class': 'STANDARD_IA',
      tagging: '<Tagging><TagSet><Tag><Key>a</Key><Value>1 + 2</Value></Tag></TagSet></Tagging>',
    },
    file: new File([content], 'C:\\pictures\\one two.png'),
  })
  assert.equal(response.status, 204)
  assert.equal(await response.text(), '')
  assert.equal(
    response.headers.get('location'),
    `${lake.endpoint}/${bucket}/photos%2Fone%20two.png`,
  )
  const object = await get('photos/one two.png')
  assert.deepEqual(Buffer.from(await object.Body!.transformToByteArray()), content)
  assert.equal(object.ETag, response.headers.get('etag'))
  assert.equal(object.ContentType, 'image/png')
  assert.equal(object.CacheControl, 'max-age=60')
  assert.equal(object.StorageClass, 'STANDARD_IA')
  assert.deepEqual(object.Metadata, { colour: 'green', umlaut: '=?UTF-8?B?w7w=?=' })
  const tags = await s3.send(
    new GetObjectTaggingCommand({ Bucket: bucket, Key: 'photos/one two.png' }),
  )
  assert.deepEqual(tags.TagSet, [{ Key: 'a', Value: '1 + 2' }])
})

test('the answer is the one that the form asks for', async () => {
  const created = await post({ fields: { key: 'x/y', success_action_status: '201' } })
  assert.equal(created.status, 201)
  assert.equal(created.headers.get('content-type'), 'application/xml')
  const location = `${lake.endpoint}/${bucket}/x%2Fy`
  assert.equal(
    await created.text(),
    `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse><Location>${location}</Location><Bucket>${bucket}</Bucket><Key>x/y</Key><ETag>&quot;9a0364b9e99bb480dd25e1f0284c8555&quot;</ETag></PostResponse>`,
  )
  const plain = await post({ fields: { success_action_status: '200' } })
  assert.equal(plain.status, 200)
  assert.equal((await post({ fields: { success_action_status: '404' } })).status, 204)
  const redirected = await post({
    fields: { key: 'x/y', success_action_redirect: 'https://example.com/done?a=b' },
  })
  assert.equal(redirected.status, 303)
  assert.equal(
    redirected.headers.get('location'),
    `https://example.com/done?a=b&bucket=${bucket}&key=x%2Fy&etag=%229a0364b9e99bb480dd25e1f0284c8555%22`,
  )
})

const failed = (condition: string) =>
  [
    403,
    'AccessDenied',
    `Invalid according to Policy: Policy Condition failed: ${condition}`,
  ] as const
const extra = (names: string) =>
  [403, 'AccessDenied', `Invalid according to Policy: Extra input fields: ${names}`] as const
const badPolicy = (message: string) =>
  [400, 'InvalidPolicyDocument', `Invalid Policy: ${message}`] as const
const missing = (name: string) =>
  [
    400,
    'InvalidArgument',
    `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
  ] as const
const tooSmall = [
  400,
  'EntityTooSmall',
  'Your proposed upload is smaller than the minimum allowed size',
] as const
const tooLarge = [
  400,
  'EntityTooLarge',
  'Your proposed upload exceeds the maximum allowed size',
] as const
const allowed = [204, undefined, undefined] as const
const images = ['starts-with', '$Content-Type', 'image/']
const range = ['content-length-range', 5, 10]

const cases: readonly [
  name: string,
  upload: Upload,
  expected: readonly [number, string?, string?],
][] = [
  ['eq that holds', { fields: { acl: 'private' }, conditions: [{ acl: 'private' }] }, allowed],
  ['eq that fails', { conditions: [{ key: 'other' }] }, failed('["eq", "$key", "other"]')],
  [
    'eq of a field that is not there',
    { conditions: [['eq', '$acl', 'private']] },
    failed('["eq", "$acl", "private"]'),
  ],
  [
    'eq without a dollar',
    { conditions: [['eq', 'key', 'a key']] },
    failed('["eq", "key", "a key"]'),
  ],
  [
    'another bucket',
    { uncovered: ['bucket'], conditions: [{ bucket: 'other' }] },
    failed('["eq", "$bucket", "other"]'),
  ],
  ['names in another case', { conditions: [['StArTs-WiTh', '$KeY', 'a']] }, allowed],
  [
    'starts-with that fails',
    { conditions: [['starts-with', '$key', 'user/']] },
    failed('["starts-with", "$key", "user/"]'),
  ],
  [
    'every content type of a list',
    { fields: { 'Content-Type': 'image/png, image/gif' }, conditions: [images] },
    allowed,
  ],
  [
    'one content type of a list',
    { fields: { 'Content-Type': 'image/png,text/html' }, conditions: [images] },
    failed('["starts-with", "$Content-Type", "image/"]'),
  ],
  [
    'a key after its variable is replaced',
    { fields: { key: '${filename}' }, conditions: [{ key: 'upload.txt' }] },
    allowed,
  ],
  ['a field without a condition', { fields: { acl: 'private' }, uncovered: ['acl'] }, extra('acl')],
  ['a bucket without a condition', { uncovered: ['bucket'] }, extra('bucket')],
  ['an ignored field', { fields: { 'x-ignore-me': '1' }, uncovered: ['x-ignore-me'] }, allowed],
  [
    'an expired policy',
    { expiration: '2020-01-01T00:00:00Z' },
    [403, 'AccessDenied', 'Invalid according to Policy: Policy expired.'],
  ],
  [
    'an expiration that is none',
    { expiration: 'tomorrow' },
    badPolicy("Invalid 'expiration' value: 'tomorrow'"),
  ],
  ['a policy that is not JSON', { policy: '{' }, badPolicy('Invalid JSON.')],
  [
    'a condition of two properties',
    { conditions: [{ acl: 'a', key: 'b' }] },
    badPolicy(
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    ),
  ],
  [
    'an unknown operator',
    { conditions: [['ends-with', '$key', 'x']] },
    badPolicy('Invalid condition: ["ends-with", "$key", "x"]'),
  ],
  ['the smallest file', { file: '12345', conditions: [range] }, allowed],
  ['the largest file', { file: '1234567890', conditions: [range] }, allowed],
  ['a file that is too small', { file: '1234', conditions: [range] }, tooSmall],
  ['a file that is too large', { file: '12345678901', conditions: [range] }, tooLarge],
  ['no key', { change: { key: undefined } }, missing('key')],
  [
    'an empty key',
    { fields: { key: '' } },
    [400, 'InvalidArgument', 'User key must have a length greater than 0.'],
  ],
  ['no policy', { change: { policy: undefined } }, missing('policy')],
  ['no signature', { change: { 'x-amz-signature': undefined } }, missing('X-Amz-Signature')],
  [
    'nobody',
    {
      change: {
        policy: undefined,
        'x-amz-signature': undefined,
        'x-amz-date': undefined,
        'x-amz-credential': undefined,
        'x-amz-algorithm': undefined,
      },
    },
    [403, 'AccessDenied', 'Access Denied'],
  ],
  [
    'a policy that nobody signed',
    {
      change: {
        'x-amz-signature': undefined,
        'x-amz-date': undefined,
        'x-amz-credential': undefined,
        'x-amz-algorithm': undefined,
      },
    },
    [403, 'AccessDenied', 'Access Denied'],
  ],
  [
    'a signature of version 2 without its key',
    { change: { signature: 'b' } },
    missing('AWSAccessKeyId'),
  ],
  [
    'a wrong signature of version 2',
    { change: { AWSAccessKeyId: testCredentials.accessKeyId, signature: 'b' } },
    [403, 'SignatureDoesNotMatch'],
  ],
  [
    'a key that nobody has',
    { credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } },
    [
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    ],
  ],
  [
    'a wrong secret',
    { credentials: { ...testCredentials, secretAccessKey: 'x' } },
    [
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ],
  ],
  [
    'a policy changed after it was signed',
    {
      change: {
        policy: Buffer.from('{"expiration":"2999-01-01T00:00:00Z","conditions":[]}').toString(
          'base64',
        ),
      },
    },
    [
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ],
  ],
  [
    'a scope of another service',
    { scope: '20240506/us-east-1/ec2/aws4_request' },
    [400, 'AuthorizationQueryParametersError'],
  ],
  [
    'another algorithm',
    { change: { 'x-amz-algorithm': 'AWS4-HMAC-SHA1' } },
    [400, 'AuthorizationQueryParametersError'],
  ],
  [
    'fields of more than 20 KB',
    { fields: { 'x-ignore-a': 'x'.repeat(21_000) } },
    [400, 'MaxPostPreDataLengthExceededError'],
  ],
  ['a tag set that is none', { fields: { tagging: '<Tagging>' } }, [400, 'MalformedXML']],
  [
    'a checksum that is not the file’s',
    { fields: { 'Content-MD5': 'AAAAAAAAAAAAAAAAAAAAAA==' } },
    [400, 'BadDigest'],
  ],
]

test('a policy and its signature decide', async (t) => {
  for (const [name, upload, expected] of cases) {
    await t.test(name, async () => {
      const got = await refused(await post(upload))
      assert.deepEqual(got.slice(0, expected.length), expected)
    })
  }
})

test('a form in the older version, as boto3 makes it for us-east-1', async () => {
  const { accessKeyId, secretAccessKey } = testCredentials
  const { policy } = formFields({ fields: { key: 'older' } }) as { policy: string }
  const signature = createHmac('sha1', secretAccessKey).update(policy).digest('base64')
  const change = {
    AWSAccessKeyId: accessKeyId,
    signature,
    'x-amz-signature': undefined,
    'x-amz-algorithm': undefined,
    'x-amz-credential': undefined,
    'x-amz-date': undefined,
  }
  assert.equal((await post({ fields: { key: 'older' }, change })).status, 204)
  assert.equal(await (await get('older')).Body!.transformToString(), 'content')
})

test('a bucket that is not there', async () => {
  const got = await refused(
    await post({ uncovered: ['bucket'], conditions: [{ bucket: 'nowhere' }] }, 'nowhere'),
  )
  assert.deepEqual(got.slice(0, 2), [404, 'NoSuchBucket'])
})

test('a session signs with its token, and may do only what its role may', async () => {
  const iam = lake.client(IAMClient)
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'uploader',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: lake.accountId }, Action: 'sts:AssumeRole' },
        ],
      }),
    }),
  )
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'uploader',
      PolicyName: 'up',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/up/*` },
        ],
      }),
    }),
  )
  const { Credentials } = await lake
    .client(STSClient)
    .send(new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'session' }))
  const credentials = {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  }
  assert.equal((await post({ credentials, fields: { key: 'up/1' } })).status, 204)
  const elsewhere = await refused(await post({ credentials, fields: { key: 'down/1' } }))
  assert.deepEqual(elsewhere.slice(0, 2), [403, 'AccessDenied'])
  const { sessionToken: _, ...tokenless } = credentials
  const without = await refused(await post({ credentials: tokenless, fields: { key: 'up/2' } }))
  assert.deepEqual(without.slice(0, 2), [403, 'InvalidAccessKeyId'])
})

const boundary = '----form'
const part = (name: string, value: string) =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
const parts = (upload: Upload) =>
  Object.entries(formFields(upload))
    .map(([name, value]) => part(name, value))
    .join('')

async function raw(
  body: RequestInit['body'],
  contentType = `multipart/form-data; boundary=${boundary}`,
) {
  const url = `${lake.endpoint}/${bucket}`
  const init = { method: 'POST', body, headers: { 'content-type': contentType }, duplex: 'half' }
  return refused(await fetch(url, init as RequestInit))
}

test('what is no form, or ends too early, is refused and stores nothing', async () => {
  const malformed = [
    400,
    'MalformedPOSTRequest',
    'The body of your POST request is not well-formed multipart/form-data.',
  ]
  const notAForm = [
    412,
    'PreconditionFailed',
    'At least one of the pre-conditions you specified did not hold',
  ]
  assert.deepEqual(await raw('key=k', 'application/x-www-form-urlencoded'), notAForm)
  assert.deepEqual(await raw('key=k', 'multipart/form-data'), malformed)
  assert.deepEqual(await raw('key=k'), malformed)
  assert.deepEqual(await raw(''), malformed)
  assert.deepEqual(await raw(`${parts({})}--${boundary}--`), [
    400,
    'InvalidArgument',
    'POST requires exactly one file upload per request.',
  ])
  const open = `${parts({ fields: { key: 'torn' } })}${part('file', 'half of it')}`
  assert.deepEqual(await raw(open), malformed)
  assert.deepEqual(await raw(open.slice(0, -6)), malformed)
  const list = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'torn' }))
  assert.equal(list.KeyCount, 0)
  assert.deepEqual(await raw(`preamble\r\n${open}--${boundary}--\r\nepilogue`), [
    204,
    undefined,
    undefined,
  ])
})

test('a boundary may be cut anywhere, and a file may hold what looks like one', async () => {
  const content = `\r\n--${boundary.slice(0, -1)}x\r\n\r\n--${boundary.slice(0, 3)}\r\n-`
  const body = Buffer.from(
    `${parts({ fields: { key: 'cut' } })}${part('file', content)}--${boundary}--\r\n`,
  )
  for (const size of [1, 7, 64]) {
    const chunks = Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
      body.subarray(index * size, (index + 1) * size),
    )
    assert.deepEqual(await raw(Readable.toWeb(Readable.from(chunks)) as RequestInit['body']), [
      204,
      undefined,
      undefined,
    ])
    assert.equal(await (await get('cut')).Body!.transformToString(), content)
  }
})

test('a refusal does not wait for the file', async () => {
  const head = parts({ expiration: '2020-01-01T00:00:00Z' })
  const socket = connect(lake.port, '127.0.0.1')
  socket.write(
    `POST /${bucket} HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: 1000000000\r\n\r\n${head}--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n`,
  )
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  assert.match(answer.toString(), /^HTTP\/1.1 403 Forbidden[\s\S]*Policy expired/)
})

test("the signature of AWS's own example is found right", async () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
  const conditions = [
    '    {"bucket": "sigv4examplebucket"},',
    '    ["starts-with", "$key", "user/user1/"],',
    '    {"acl": "public-read"},',
    '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
    '    ["starts-with", "$Content-Type", "image/"],',
    '    {"x-amz-meta-uuid": "14365123651274"},',
    '    {"x-amz-server-side-encryption": "AES256"},',
    '    ["starts-with", "$x-amz-meta-tag", ""],',
    '',
    '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
    '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
    '    {"x-amz-date": "20151229T000000Z" }',
  ]
  const policy = [
    '{ "expiration": "2015-12-30T12:00:00.000Z",',
    '  "conditions": [',
    ...conditions,
    '  ]',
    '}',
  ]
  const caller = { accountId: '1', kind: 'root', arn: 'a', userId: 'u', accessKeyId: 'k' } as const
  const authenticator = createSigV4Authenticator({
    credentials: {
      lookup: () => ({ secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', caller }),
    },
    clock: { now: () => Date.parse('2015-12-29T12:00:00Z') } as never,
    region: 'eu-west-1',
  })
  const known = await authenticator.authenticateForm!({
    version: 4,
    policy: Buffer.from(policy.join('\r\n')).toString('base64'),
    algorithm: 'AWS4-HMAC-SHA256',
    credential: 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request',
    date: '20151229T000000Z',
    signature: '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
    sessionToken: undefined,
  })
  assert.deepEqual(known, { caller, region: 'us-east-1' })
})

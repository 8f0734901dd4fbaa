import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  ListFunctionUrlConfigsCommand,
  PublishVersionCommand,
  RemovePermissionCommand,
  UpdateFunctionUrlConfigCommand,
  type Cors,
} from '@aws-sdk/client-lambda'
import { startLake, testCredentials, type TestLake } from '../harness/index.ts'
import { createUser } from '../harness/user.ts'
import { signer } from './iceberg-client.ts'
import { lambdaOf, type Json, type Lambda } from './lambda-fixture.ts'

// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html

let lake: TestLake
let lambda: Lambda
before(async () => {
  lake = await startLake()
  lambda = await lambdaOf(lake)
})
after(() => lake.stop())

const echo = 'export const handler = async (event) => event'
const named = (name: string) => ({ name })

async function create(
  FunctionName: string,
  AuthType: 'NONE' | 'AWS_IAM',
  more: { readonly code?: string; readonly Cors?: Cors } = {},
): Promise<string> {
  await lambda.create(FunctionName, more.code ?? echo)
  const made = await lambda.client.send(
    new CreateFunctionUrlConfigCommand({ FunctionName, AuthType, Cors: more.Cors }),
  )
  return made.FunctionUrl!
}

/** Lets anybody call a function through its URL: both permissions are needed. */
async function open(FunctionName: string, Principal = '*', Qualifier?: string): Promise<void> {
  for (const more of [
    { StatementId: 'url', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'NONE' },
    { StatementId: 'call', Action: 'lambda:InvokeFunction', InvokedViaFunctionUrl: true },
  ] as const) {
    await lambda.client.send(
      new AddPermissionCommand({ FunctionName, Principal, Qualifier, ...more }),
    )
  }
}

interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

async function signedFetch(
  address: string,
  {
    credentials = testCredentials,
    method = 'GET',
    body,
    region,
  }: {
    readonly credentials?: Keys
    readonly method?: string
    readonly body?: string
    readonly region?: string
  } = {},
) {
  const url = new URL(address)
  const signed = await signer({
    service: 'lambda',
    credentials,
    ...(region === undefined ? {} : { region }),
  }).sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  })
  return fetch(url, { method, headers: signed.headers, ...(body === undefined ? {} : { body }) })
}

function userWith(name: string, statements: readonly object[]): Promise<Keys> {
  return createUser(lake.client(IAMClient), name, statements)
}

test('a URL is made, shown, listed, changed and removed, and goes with its function and alias', async () => {
  const url = await create('life', 'AWS_IAM', { Cors: { AllowOrigins: ['*'], MaxAge: 5 } })
  assert.match(url, new RegExp(`^${lake.endpoint}/_boathouse/functions/url/[a-z2-7]{32}/$`))
  const send = (more: object) => ({ FunctionName: 'life', ...more })
  const shown = await lambda.client.send(new GetFunctionUrlConfigCommand(send({})))
  assert.equal(shown.FunctionUrl, url)
  assert.equal(shown.AuthType, 'AWS_IAM')
  assert.equal(shown.InvokeMode, 'BUFFERED')
  assert.equal(shown.FunctionArn, `arn:aws:lambda:us-east-1:${lake.accountId}:function:life`)
  assert.deepEqual(shown.Cors, { AllowOrigins: ['*'], MaxAge: 5 })
  await assert.rejects(
    lambda.client.send(new CreateFunctionUrlConfigCommand(send({ AuthType: 'NONE' }) as never)),
    named('ResourceConflictException'),
  )
  const changed = await lambda.client.send(
    new UpdateFunctionUrlConfigCommand(send({ AuthType: 'NONE' })),
  )
  assert.deepEqual([changed.AuthType, changed.Cors?.MaxAge], ['NONE', 5])
  await lambda.client.send(new PublishVersionCommand(send({})))
  await lambda.client.send(
    new CreateAliasCommand(send({ Name: 'live', FunctionVersion: '1' }) as never),
  )
  const ofAlias = await lambda.client.send(
    new CreateFunctionUrlConfigCommand(send({ Qualifier: 'live', AuthType: 'NONE' }) as never),
  )
  assert.ok(ofAlias.FunctionArn!.endsWith(':life:live'))
  const list = async () =>
    (await lambda.client.send(new ListFunctionUrlConfigsCommand(send({})))).FunctionUrlConfigs!
  assert.deepEqual(
    new Set((await list()).map((one) => one.FunctionUrl)),
    new Set([url, ofAlias.FunctionUrl]),
  )
  await lambda.client.send(new DeleteAliasCommand(send({ Name: 'live' }) as never))
  assert.deepEqual(
    (await list()).map((one) => one.FunctionUrl),
    [url],
  )
  await lambda.client.send(new DeleteFunctionUrlConfigCommand(send({})))
  await assert.rejects(
    lambda.client.send(new GetFunctionUrlConfigCommand(send({}))),
    named('ResourceNotFoundException'),
  )
  assert.equal((await fetch(url)).status, 403)
  // What cannot be.
  for (const input of [
    { Qualifier: '1', AuthType: 'NONE' },
    { InvokeMode: 'RESPONSE_STREAM', AuthType: 'NONE' },
  ]) {
    await assert.rejects(
      lambda.client.send(new CreateFunctionUrlConfigCommand(send(input) as never)),
      named('InvalidParameterValueException'),
    )
  }
  const again = await lambda.client.send(
    new CreateFunctionUrlConfigCommand(send({ AuthType: 'NONE' }) as never),
  )
  await open('life')
  assert.equal((await fetch(again.FunctionUrl!)).status, 200)
  await lambda.client.send(new DeleteFunctionCommand({ FunctionName: 'life' }))
  assert.equal((await fetch(again.FunctionUrl!)).status, 403)
})

// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload
test('a function is given the request in the form of AWS', async () => {
  const url = await create('event', 'NONE')
  await open('event')
  const answer = await fetch(`${url}a%20b/c?x=1&x=2&y=%C3%A4`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', cookie: 'a=1; b=2', 'x-own': 'yes' },
    body: 'hällo',
  })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'application/json')
  const event = (await answer.json()) as Json
  assert.equal(event.version, '2.0')
  assert.equal(event.rawPath, '/a%20b/c')
  assert.equal(event.rawQueryString, 'x=1&x=2&y=%C3%A4')
  assert.deepEqual(event.queryStringParameters, { x: '1,2', y: 'ä' })
  assert.deepEqual(event.cookies, ['a=1', 'b=2'])
  assert.equal(event.headers['x-own'], 'yes')
  assert.deepEqual([event.body, event.isBase64Encoded], ['hällo', false])
  const { requestContext: context } = event
  assert.equal(context.accountId, 'anonymous')
  assert.equal(context.http.method, 'POST')
  assert.equal(context.http.path, '/a%20b/c')
  assert.equal(context.stage, '$default')
  assert.equal(context.authorizer, undefined)
  assert.match(context.time, /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/)
  const bytes = Buffer.from([0, 255, 1])
  const binary = (await (
    await fetch(url, { method: 'PUT', headers: { 'content-type': 'image/png' }, body: bytes })
  ).json()) as Json
  assert.deepEqual([binary.body, binary.isBase64Encoded], [bytes.toString('base64'), true])
  assert.equal(binary.rawPath, '/')
  const tooLarge = await fetch(url, { method: 'POST', body: Buffer.alloc(7_000_000) }).catch(
    () => undefined,
  )
  if (tooLarge) assert.equal(tooLarge.status, 413)
})

// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload
test('what a function returns becomes the response', async () => {
  const url = await create('answers', 'NONE', {
    code: `export const handler = async ({ rawPath }) => {
      if (rawPath === '/text') return 'plain'
      if (rawPath === '/object') return { message: 'hi' }
      if (rawPath === '/full') return { statusCode: 201, headers: { 'Content-Type': 'text/x', 'My-Own': 7, Connection: 'close' }, cookies: ['a=1; Secure', 'b=2, 3'], body: 'made' }
      if (rawPath === '/bytes') return { statusCode: 200, isBase64Encoded: true, body: 'AP8B', headers: { 'content-type': 'image/png' } }
      if (rawPath === '/wrong') return { statusCode: 9999 }
      if (rawPath === '/split') return { statusCode: 200, headers: { a: 'b\\r\\nset-cookie: x' } }
      throw new Error('secret reason')
    }`,
  })
  await open('answers')
  const get = async (path: string) => {
    const answer = await fetch(url + path)
    return {
      status: answer.status,
      headers: answer.headers,
      body: Buffer.from(await answer.arrayBuffer()),
    }
  }
  assert.equal((await get('text')).body.toString(), 'plain')
  assert.deepEqual(JSON.parse((await get('object')).body.toString()), { message: 'hi' })
  const full = await get('full')
  assert.deepEqual([full.status, full.body.toString()], [201, 'made'])
  assert.equal(full.headers.get('content-type'), 'text/x')
  assert.equal(full.headers.get('my-own'), '7')
  assert.deepEqual(full.headers.getSetCookie(), ['a=1; Secure', 'b=2, 3'])
  assert.deepEqual([...(await get('bytes')).body], [0, 255, 1])
  for (const path of ['wrong', 'split', 'throws']) {
    const answer = await get(path)
    assert.deepEqual(
      [path, answer.status, answer.body.toString()],
      [path, 502, 'Internal Server Error'],
    )
    assert.equal(answer.headers.getSetCookie().length, 0)
  }
})

// https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
test('nobody signs: only what the policy gives to everybody, both permissions of it', async () => {
  const url = await create('public', 'NONE')
  const status = async () => (await fetch(url)).status
  assert.equal(await status(), 403)
  await open('public')
  assert.equal(await status(), 200)
  const remove = (StatementId: string) =>
    lambda.client.send(new RemovePermissionCommand({ FunctionName: 'public', StatementId }))
  await remove('call')
  assert.equal(await status(), 403)
  await remove('url')
  // A permission for signed calls is none for others.
  for (const more of [
    { StatementId: 'a', Action: 'lambda:InvokeFunctionUrl', FunctionUrlAuthType: 'AWS_IAM' },
    { StatementId: 'b', Action: 'lambda:InvokeFunction' },
  ] as const) {
    await lambda.client.send(
      new AddPermissionCommand({ FunctionName: 'public', Principal: '*', ...more }),
    )
  }
  assert.equal(await status(), 403)
  assert.equal((await fetch(`${lake.endpoint}/_boathouse/functions/url/none/`)).status, 403)
  await assert.rejects(
    lambda.client.send(
      new AddPermissionCommand({
        FunctionName: 'public',
        StatementId: 'c',
        Principal: '*',
        Action: 'lambda:InvokeFunction',
        FunctionUrlAuthType: 'NONE',
      }),
    ),
    named('InvalidParameterValueException'),
  )
})

test('callers sign: who may is let in and told of, nobody else', async () => {
  const url = await create('signed', 'AWS_IAM')
  const arn = `arn:aws:lambda:us-east-1:${lake.accountId}:function:signed`
  const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: arn })
  const may = await userWith('may', [allow('lambda:InvokeFunctionUrl', 'lambda:InvokeFunction')])
  const half = await userWith('half', [allow('lambda:InvokeFunctionUrl')])
  const other = await userWith('other', [allow('lambda:InvokeFunction')])
  assert.equal((await fetch(url)).status, 403)
  const answer = await signedFetch(`${url}path?b=2&a=1`, {
    credentials: may,
    method: 'POST',
    body: '{"x":1}',
  })
  assert.equal(answer.status, 200)
  const { requestContext, body, rawPath } = (await answer.json()) as Json
  assert.deepEqual([body, rawPath], ['{"x":1}', '/path'])
  assert.equal(requestContext.accountId, lake.accountId)
  assert.equal(requestContext.authorizer.iam.userArn, `arn:aws:iam::${lake.accountId}:user/may`)
  assert.equal(requestContext.authorizer.iam.accessKey, may.accessKeyId)
  assert.equal((await signedFetch(url)).status, 200)
  for (const credentials of [half, other, { ...may, secretAccessKey: 'wrong' }]) {
    assert.equal((await signedFetch(url, { credentials })).status, 403)
  }
  assert.equal((await signedFetch(url, { region: 'eu-west-1' })).status, 403)
  // Open to everybody means those who sign nothing too: this URL still asks for a signature.
  await open('signed')
  assert.equal((await fetch(url)).status, 403)
  assert.equal((await signedFetch(url, { credentials: half })).status, 200)
})

// https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html#urls-cors
test('browsers are told what the settings say', async () => {
  const url = await create('cors', 'NONE', {
    Cors: {
      AllowOrigins: ['https://a.example'],
      AllowMethods: ['PUT'],
      AllowHeaders: ['X-Own'],
      ExposeHeaders: ['Date'],
      AllowCredentials: true,
      MaxAge: 60,
    },
  })
  await open('cors')
  const ask = (origin: string, method: string, header = 'x-own') =>
    fetch(url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': header,
      },
    })
  const allowed = (await ask('https://a.example', 'PUT')).headers
  assert.equal(allowed.get('access-control-allow-origin'), 'https://a.example')
  assert.equal(allowed.get('access-control-allow-methods'), 'PUT')
  assert.equal(allowed.get('access-control-allow-headers'), 'x-own')
  assert.equal(allowed.get('access-control-allow-credentials'), 'true')
  assert.equal(allowed.get('access-control-max-age'), '60')
  for (const [origin, method, header] of [
    ['https://b.example', 'PUT', 'x-own'],
    ['https://a.example', 'DELETE', 'x-own'],
    ['https://a.example', 'PUT', 'x-other'],
  ] as const) {
    const refused = await ask(origin, method, header)
    assert.equal(refused.headers.get('access-control-allow-origin'), null)
  }
  const answer = await fetch(url, { headers: { origin: 'https://a.example' } })
  assert.equal(answer.headers.get('access-control-allow-origin'), 'https://a.example')
  assert.equal(answer.headers.get('access-control-expose-headers'), 'Date')
  const elsewhere = await fetch(url, { headers: { origin: 'https://b.example' } })
  assert.equal(elsewhere.headers.get('access-control-allow-origin'), null)
})

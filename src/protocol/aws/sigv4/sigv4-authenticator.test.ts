import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import { SignatureV4 } from '@smithy/signature-v4'
import { ManualClock, collect } from '#kit'
import type { WireRequest } from '#protocol/http'
import type { Authenticated } from '../authenticator.ts'
import type { AwsProtocol } from '../service.ts'
import type { Credential } from './credential-source.ts'
import { createSigV4Authenticator } from './sigv4-authenticator.ts'

const nowMs = Date.parse('2026-03-04T05:06:07Z')
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const session = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'temporary', sessionToken: 'token' }
const caller = { accountId: '1', kind: 'user', arn: 'a', userId: 'u', accessKeyId: 'k' } as const
const credentials: Record<string, Credential> = {
  AKIDEXAMPLE: { secretAccessKey: 'secret', caller },
  ASIAEXAMPLE: {
    secretAccessKey: 'temporary',
    sessionToken: 'token',
    expiresAtMs: nowMs + 60_000,
    caller,
  },
}
const clock = new ManualClock(nowMs)
const authenticator = createSigV4Authenticator({
  credentials: { lookup: (accessKeyId) => credentials[accessKeyId] },
  clock,
  region: 'us-east-1',
})

interface Checked {
  takeCheck(): ((sha256: string) => void) | undefined
}

class Sha256 {
  readonly #hash
  constructor(secret?: Uint8Array) {
    this.#hash = secret ? createHmac('sha256', secret) : createHash('sha256')
  }
  update(data: Uint8Array): void {
    this.#hash.update(data)
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {}
}

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly query?: Record<string, string | string[]>
  readonly headers?: Record<string, string>
  readonly body?: string
}

interface SignedAs {
  readonly service?: string
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  readonly at?: number
  readonly presignS?: number
}

/** A request as the JavaScript SDK signs it, then as the server receives it. */
async function signed(sent: Sent, as: SignedAs = {}): Promise<WireRequest> {
  const service = as.service ?? 's3'
  const signer = new SignatureV4({
    credentials: as.credentials ?? keys,
    region: 'eu-west-1',
    service,
    sha256: Sha256 as never,
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3' && as.presignS === undefined,
  })
  const request = {
    protocol: 'http:',
    hostname: 'localhost',
    method: sent.method ?? 'GET',
    path: sent.path ?? '/',
    query: sent.query ?? {},
    headers: {
      host: 'localhost:4566',
      ...(as.presignS !== undefined && service === 's3'
        ? { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }
        : {}),
      ...sent.headers,
    },
    body: sent.body,
  }
  const signingDate = new Date(as.at ?? nowMs)
  const result =
    as.presignS === undefined
      ? await signer.sign(request, { signingDate })
      : await signer.presign(request, { signingDate, expiresIn: as.presignS })
  const pairs = Object.entries(result.query ?? {}).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`),
  )
  const headers = Object.fromEntries(
    Object.entries(result.headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return {
    method: request.method,
    rawPath: result.path,
    rawQuery: pairs.join('&'),
    headers,
    httpVersion: '1.1',
    remoteAddress: '127.0.0.1',
    secure: false,
    body: Readable.from(sent.body === undefined ? [] : [Buffer.from(sent.body)]),
    signal: new AbortController().signal,
  }
}

function check(
  request: WireRequest,
  service = 's3',
  protocol: AwsProtocol = service === 's3' ? 'restXml' : 'awsJson1_1',
): Promise<Authenticated> {
  return authenticator.authenticate(request, { service, protocol })
}

const read = async (authenticated: Authenticated) =>
  (await collect(authenticated.body, 1000)).toString()

describe('requests that the SDK signed', () => {
  const requests: Record<string, Sent> = {
    plain: {},
    'with a body': { method: 'PUT', path: '/b/k', body: 'hello' },
    'with repeated and odd parameters': {
      query: { a: ['2', '1'], 'b c': "!'()*", empty: '', ü: '€' },
    },
    'with an odd key': { path: '/b/a%20%281%29%27%21%2A%2B%C3%BC%2F%E2%82%AC/../x//y' },
    'with spaces in a header': { headers: { 'x-amz-meta-a': '  two   spaces  ' } },
  }
  for (const [name, sent] of Object.entries(requests)) {
    it(`are known, ${name}, for S3 and others`, async () => {
      const s3 = await check(await signed(sent))
      assert.equal(s3.caller, caller)
      assert.equal(s3.region, 'eu-west-1')
      assert.equal(await read(s3), sent.body ?? '')
      const json = await check(await signed(sent, { service: 'kinesis' }), 'kinesis')
      assert.equal(Buffer.from(json.bytes!).toString(), sent.body ?? '')
      assert.equal(await read(json), sent.body ?? '')
      const url = await signed({ ...sent, body: undefined }, { presignS: 60 })
      assert.equal((await check(url)).caller, caller)
    })
  }

  it('are known with a session token', async () => {
    await check(await signed({}, { credentials: session }))
    await check(await signed({}, { credentials: session, presignS: 60 }))
  })
})

/** What each protocol answers: name, status, and words of the message. */
async function refused(
  request: WireRequest | Promise<WireRequest>,
  as: readonly [service: string, protocol: AwsProtocol],
  name: string,
  status: number,
  message: RegExp,
): Promise<void> {
  await assert.rejects(
    async () => read(await check(await request, ...as)),
    (error: unknown) => {
      const { name: code, status: answered, message: words } = error as Record<string, unknown>
      assert.deepEqual({ code, answered }, { code: name, answered: status })
      assert.match(String(words), message)
      return true
    },
  )
}

const s3 = ['s3', 'restXml'] as const
const kinesis = ['kinesis', 'awsJson1_1'] as const
const sts = ['sts', 'awsQuery'] as const
const kinesisSigned = (sent: Sent, as: SignedAs = {}) =>
  signed({ method: 'POST', body: '{}', ...sent }, { service: 'kinesis', ...as })
const stsSigned = (sent: Sent, as: SignedAs = {}) =>
  signed({ method: 'POST', body: 'Action=X', ...sent }, { service: 'sts', ...as })

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html,
 * and what kinesalite recorded of Kinesis: https://github.com/mhart/kinesalite/blob/main/test/connection.js
 */
describe('refusals', () => {
  it('of an unknown key', async () => {
    const as = { credentials: { ...keys, accessKeyId: 'AKIDUNKNOWN' } }
    const invalid = /^The security token included in the request is invalid\.$/
    await refused(signed({}, as), s3, 'InvalidAccessKeyId', 403, /does not exist in our records\.$/)
    await refused(kinesisSigned({}, as), kinesis, 'UnrecognizedClientException', 400, invalid)
    await refused(stsSigned({}, as), sts, 'InvalidClientTokenId', 403, invalid)
  })

  it('of a wrong secret', async () => {
    const as = { credentials: { ...keys, secretAccessKey: 'wrong' } }
    const words = /^The request signature we calculated does not match the signature you provided\./
    await refused(signed({}, as), s3, 'SignatureDoesNotMatch', 403, words)
    await refused(kinesisSigned({}, as), kinesis, 'InvalidSignatureException', 400, words)
    await refused(stsSigned({}, as), sts, 'SignatureDoesNotMatch', 403, words)
  })

  it('of a body, a path, a query or a header that was changed', async () => {
    const change = async (own: Partial<WireRequest>) => ({
      ...(await signed({
        method: 'PUT',
        path: '/b/k',
        body: 'hello',
        headers: { 'x-amz-meta-a': '1' },
      })),
      ...own,
    })
    await refused(
      change({ body: Readable.from([Buffer.from('jello')]) }),
      s3,
      'XAmzContentSHA256Mismatch',
      400,
      /^The provided 'x-amz-content-sha256' header does not match what was computed\.$/,
    )
    await refused(change({ rawPath: '/b/l' }), s3, 'SignatureDoesNotMatch', 403, /./)
    await refused(change({ rawQuery: 'acl' }), s3, 'SignatureDoesNotMatch', 403, /./)
    const { headers } = await change({})
    await refused(
      change({ headers: { ...headers, 'x-amz-meta-a': '2' } }),
      s3,
      'SignatureDoesNotMatch',
      403,
      /./,
    )
    await refused(
      change({ headers: { ...headers, 'x-amz-acl': 'public-read' } }),
      s3,
      'AccessDenied',
      403,
      /^There were headers present in the request which were not signed$/,
    )
    const altered = {
      ...(await kinesisSigned({ body: '{"a":1}' })),
      body: Readable.from([Buffer.from('{"a":2}')]),
    }
    await refused(altered, kinesis, 'InvalidSignatureException', 400, /does not match/)
  })

  it('of a body that nobody reads break nothing', async () => {
    const request = await signed({ body: 'hello' })
    const changed = await check({ ...request, body: Readable.from([Buffer.from('jello')]) })
    await assert.rejects(collect(changed.body, 1000), { name: 'XAmzContentSHA256Mismatch' })
    const sender = new Readable({ read: () => {} })
    const { body } = await check({ ...request, body: sender })
    const closed = new Promise((resolve) => body.once('close', resolve))
    sender.destroy()
    await closed
    await assert.rejects(collect(body, 1000), /went away/)
  })

  it('of a body are told to whoever hashes it himself', async () => {
    const request = await signed({ body: 'hello' })
    const taken = async () => {
      const { body } = await check({ ...request, body: Readable.from([Buffer.from('hello')]) })
      return { body, tell: (body as unknown as Checked).takeCheck() }
    }
    const { body, tell } = await taken()
    assert.equal((await collect(body, 1000)).toString(), 'hello')
    tell!(createHash('sha256').update('hello').digest('hex'))
    const other = createHash('sha256').update('jello').digest('hex')
    assert.throws(() => tell!(other), { name: 'XAmzContentSHA256Mismatch' })
    assert.equal((body as unknown as Checked).takeCheck(), undefined)
  })

  it('of a clock that is off', async () => {
    const early = { at: nowMs - 16 * 60_000 }
    await refused(
      signed({}, early),
      s3,
      'RequestTimeTooSkewed',
      403,
      /^The difference between the request time and the current time is too large\.$/,
    )
    await refused(
      kinesisSigned({}, early),
      kinesis,
      'InvalidSignatureException',
      400,
      /^Signature expired: 20260304T045007Z is now earlier than 20260304T045107Z \(20260304T050607Z - 15 min\.\)$/,
    )
    await refused(
      kinesisSigned({}, { at: nowMs + 16 * 60_000 }),
      kinesis,
      'InvalidSignatureException',
      400,
      /^Signature not yet current: 20260304T052207Z is still later than 20260304T052107Z \(20260304T050607Z \+ 15 min\.\)$/,
    )
    await check(await signed({}, { at: nowMs - 14 * 60_000 }))
  })

  it('of a URL that is no longer, or not yet, good', async () => {
    const url = { presignS: 60, at: nowMs - 61_000 }
    await refused(signed({}, url), s3, 'AccessDenied', 403, /^Request has expired$/)
    await refused(
      stsSigned({ body: undefined, method: 'GET' }, url),
      sts,
      'SignatureDoesNotMatch',
      403,
      /^Signature expired: /,
    )
    await refused(
      signed({}, { presignS: 60, at: nowMs + 16 * 60_000 }),
      s3,
      'AccessDenied',
      403,
      /^Request is not valid yet$/,
    )
    await check(await signed({}, { presignS: 604_800, at: nowMs - 604_799_000 }))
  })

  it('of a URL whose parameters are wrong', async () => {
    const url = await signed({}, { presignS: 60 })
    const change = (from: RegExp, to: string) => ({
      ...url,
      rawQuery: url.rawQuery.replace(from, to),
    })
    const name = 'AuthorizationQueryParametersError'
    await refused(
      change(/X-Amz-Expires=60/, 'X-Amz-Expires=604801'),
      s3,
      name,
      400,
      /less than a week/,
    )
    await refused(change(/X-Amz-Expires=60/, 'X-Amz-Expires=-1'), s3, name, 400, /non-negative$/)
    await refused(
      change(/X-Amz-Expires=60/, 'X-Amz-Expires=a'),
      s3,
      name,
      400,
      /should be a number$/,
    )
    await refused(change(/&?X-Amz-Expires=60/, ''), s3, name, 400, /requires the X-Amz-Algorithm/)
    await refused(change(/aws4_request/, ''), s3, name, 400, /Credential is mal-formed/)
    await refused(
      change(/X-Amz-Expires=60/, 'X-Amz-Expires=61'),
      s3,
      'SignatureDoesNotMatch',
      403,
      /./,
    )
  })

  it('of session tokens that are absent, wrong or expired', async () => {
    const { sessionToken: _, ...bare } = session
    const wrong = { ...session, sessionToken: 'wrong' }
    await refused(
      kinesisSigned({}, { credentials: bare }),
      kinesis,
      'UnrecognizedClientException',
      400,
      /invalid/,
    )
    await refused(
      kinesisSigned({}, { credentials: wrong }),
      kinesis,
      'UnrecognizedClientException',
      400,
      /invalid/,
    )
    await refused(
      signed({}, { credentials: wrong }),
      s3,
      'InvalidToken',
      400,
      /malformed or otherwise invalid/,
    )
    await refused(
      stsSigned({}, { credentials: wrong }),
      sts,
      'InvalidClientTokenId',
      403,
      /invalid/,
    )
    clock.advance(61_000)
    const at = nowMs + 61_000
    const expired = { credentials: session, at }
    await refused(
      signed({}, expired),
      s3,
      'ExpiredToken',
      400,
      /^The provided token has expired\.$/,
    )
    await refused(kinesisSigned({}, expired), kinesis, 'ExpiredTokenException', 400, /is expired$/)
    await refused(stsSigned({}, expired), sts, 'ExpiredToken', 403, /is expired$/)
    clock.advance(-61_000)
  })

  it('of requests without a signature, save S3 ones', async () => {
    const { headers, ...request } = await kinesisSigned({})
    const { authorization: _, ...bare } = headers
    const anonymous = { ...request, headers: bare }
    await refused(
      anonymous,
      kinesis,
      'MissingAuthenticationTokenException',
      400,
      /^Missing Authentication Token$/,
    )
    await refused(
      anonymous,
      sts,
      'MissingAuthenticationToken',
      403,
      /^Request is missing Authentication Token$/,
    )
    assert.equal((await check(anonymous, ...s3)).caller.kind, 'anonymous')
  })

  it('of headers that cannot be read', async () => {
    const { headers: all, ...request } = await kinesisSigned({})
    const withHeader = (authorization: string, date: Record<string, string> = {}) => {
      const { authorization: _, 'x-amz-date': __, date: ___, ...rest } = all
      return { ...request, headers: { ...rest, authorization, ...date } }
    }
    await refused(
      withHeader('X'),
      kinesis,
      'IncompleteSignatureException',
      400,
      /^Authorization header requires 'Credential' parameter\. Authorization header requires 'Signature' parameter\. Authorization header requires 'SignedHeaders' parameter\. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\. Authorization=X$/,
    )
    await refused(
      withHeader('AWS4- Signature=b,Credential=a', { date: 'a' }),
      kinesis,
      'IncompleteSignatureException',
      400,
      /^Authorization header requires 'SignedHeaders' parameter\. Authorization=AWS4- Signature=b,Credential=a$/,
    )
    const date = { 'x-amz-date': '20260304T050607Z' }
    await refused(
      withHeader('AWS4-HMAC-SHA256 Credential=a', date),
      s3,
      'AuthorizationHeaderMalformed',
      400,
      /three components/,
    )
    await refused(
      withHeader('AWS key:signature', date),
      s3,
      'InvalidRequest',
      400,
      /Please use AWS4-HMAC-SHA256\.$/,
    )
    await refused(
      withHeader('Basic abc', date),
      s3,
      'InvalidArgument',
      400,
      /^Unsupported Authorization Type$/,
    )
    await refused(
      withHeader('AWS4-ECDSA-P256-SHA256 Credential=a', date),
      s3,
      'InvalidRequest',
      400,
      /4A .* not supported/,
    )
    await refused(
      { ...(await kinesisSigned({})), rawQuery: 'X-Amz-Algorithm' },
      kinesis,
      'InvalidSignatureException',
      400,
      /^Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header\.$/,
    )
  })

  it('of a scope for another service', async () => {
    await refused(
      kinesisSigned({}, { service: 'firehose' }),
      kinesis,
      'InvalidSignatureException',
      400,
      /^Credential should be scoped to correct service: 'kinesis'\. $/,
    )
    await refused(
      signed({}, { service: 'kinesis' }),
      s3,
      'AuthorizationHeaderMalformed',
      400,
      /incorrect service "kinesis"/,
    )
  })

  it('of a content hash that says nothing', async () => {
    const { headers, ...request } = await signed({
      headers: { 'x-amz-content-sha256': 'constructor' },
    })
    await refused(
      { ...request, headers },
      s3,
      'InvalidArgument',
      400,
      /^x-amz-content-sha256 must be UNSIGNED-PAYLOAD/,
    )
    const { 'x-amz-content-sha256': _, ...without } = headers
    await refused(
      { ...request, headers: without },
      s3,
      'InvalidRequest',
      400,
      /^Missing required header for this request: x-amz-content-sha256$/,
    )
  })
})

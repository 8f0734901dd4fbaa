import type { Caller } from '#protocol/aws'
import type { WireRequest } from '#protocol/http'

export interface UrlRequest {
  readonly request: WireRequest
  readonly urlId: string
  /** Below the function's address. */
  readonly rawPath: string
  readonly body: Uint8Array
  /** Undefined where nobody signs. */
  readonly caller: Caller | undefined
  readonly requestId: string
  readonly nowMs: number
}

/** A request as its function is given it: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-request-payload */
export function urlEvent(given: UrlRequest): Record<string, unknown> {
  const { request, urlId, rawPath, body, caller, requestId, nowMs } = given
  const { cookie, ...headers } = request.headers
  const isText = isTextual(headers['content-type'])
  const query = queryOf(request.rawQuery)
  const domainName = headers['host'] ?? ''
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: request.rawQuery,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/; */) }),
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: caller?.accountId ?? 'anonymous',
      apiId: urlId,
      ...(caller ? { authorizer: { iam: iamOf(caller) } } : {}),
      domainName,
      domainPrefix: urlId,
      http: {
        method: request.method,
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.remoteAddress.replace(/^::ffff:(?=.*\.)/, ''),
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: clfTime(nowMs),
      timeEpoch: nowMs,
    },
    ...(body.byteLength === 0
      ? {}
      : { body: Buffer.from(body).toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.byteLength > 0 && !isText,
  }
}

function iamOf(caller: Caller) {
  return {
    accessKey: caller.accessKeyId,
    accountId: caller.accountId,
    callerId: caller.userId,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: caller.arn,
    userId: caller.userId,
  }
}

function isTextual(type = ''): boolean {
  return /^(?:text\/|application\/(?:json|javascript|xml|x-www-form-urlencoded|[^;]*\+(?:json|xml)))/i.test(
    type,
  )
}

/** What stands several times is joined with commas. */
function queryOf(rawQuery: string): Readonly<Record<string, string>> | undefined {
  if (rawQuery === '') return undefined
  const found = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(rawQuery)) {
    const before = found.get(name)
    found.set(name, before === undefined ? value : `${before},${value}`)
  }
  return Object.fromEntries(found)
}

/** `12/Mar/2020:19:03:58 +0000`. */
function clfTime(ms: number): string {
  const [, day, month, year, time] =
    /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(ms).toUTCString()) ?? []
  return `${day}/${month}/${year}:${time} +0000`
}

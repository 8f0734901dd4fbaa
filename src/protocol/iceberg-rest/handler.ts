import {
  LakeError,
  TooLargeError,
  collect,
  parseBigJson,
  stringifyBigJson,
  uuid,
  type Logger,
} from '#kit'
import { AwsError, type Authenticator, type Authorize, type Caller } from '#protocol/aws'
import {
  saysClientLeft,
  type WireHandler,
  type WireRequest,
  type WireResponse,
} from '#protocol/http'
import { pathBelow, signingName } from './door.ts'
import { answerTokenRequest } from './oauth.ts'
import type { RestAnswer, RestOperation, RestRequest } from './operation.ts'
import { RestError, badRequest, errorResponse, notAuthorized } from './rest-error.ts'
import { createRouter, type Match } from './router.ts'
import type { BearerTokens } from './tokens.ts'

/** How an error of the domain is told: its type and status, by its code. */
export type RestErrorMap = Readonly<Record<string, readonly [type: string, status: number]>>

/** A front: its operations, what they may touch, and how their errors are told. */
export interface RestFront<Context> {
  readonly operations: () => Promise<Readonly<Record<string, RestOperation<Context>>>>
  readonly errors: RestErrorMap
  readonly context: Context
  /** Paths of the specification that it does not serve, told apart from those that nobody knows. */
  readonly unsupported: readonly string[]
}

export interface IcebergRestOptions<Context> {
  readonly front: RestFront<Context>
  readonly authenticate: Authenticator
  readonly tokens: BearerTokens
  readonly authorize: Authorize
  /** The region of requests with a bearer token. */
  readonly region: string
  readonly log: Logger
}

const bodyBytesMax = 16 * 1024 * 1024

/** The Iceberg REST catalog protocol over a front; every answer that is an error has the specification's envelope. */
export function createIcebergRest<Context>(options: IcebergRestOptions<Context>): WireHandler {
  type Router = (method: string, path: string) => Match<RestOperation<Context>>
  let loading: Promise<Router> | undefined
  const router = () => {
    loading ??= options.front.operations().then((all) => createRouter(Object.values(all)))
    loading.catch(() => (loading = undefined))
    return loading
  }

  const isUnsupported = createRouter(
    options.front.unsupported.map((path) => ({ method: '', path })),
  )

  const perform = async (request: WireRequest, log: Logger, requestId: string) => {
    const path = pathBelow(request)
    if (path === '/v1/oauth/tokens') {
      if (request.method !== 'POST') throw wrongMethod(request, ['POST'])
      return answerTokenRequest(request, await readBody(request.body), options.tokens)
    }
    const match = (await router())(request.method, path)
    const who = await authenticated(request, options)
    if (match.kind === 'unknown') {
      throw isUnsupported('', path).kind === 'found' ? unsupported(request) : unknownPath(request)
    }
    if (match.kind === 'wrongMethod') throw wrongMethod(request, match.allowed)
    const { route, params } = match
    const rest: RestRequest = {
      caller: who.caller,
      accountId: who.caller.accountId,
      region: who.region,
      requestId,
      params,
      query: new URLSearchParams(request.rawQuery),
      body: parseBody(who.body),
      origin: originOf(request),
      wire: request,
      log,
      authorize: async (service, operation, input) => {
        const action = `${service}:${operation}`
        const { caller } = who
        const place = { accountId: caller.accountId, region: who.region }
        await options.authorize({ caller, action, service, operation, input, ...place, request })
      },
    }
    try {
      return toResponse(await route.handler(rest, options.front.context))
    } catch (error) {
      throw route.commits && isUnexpected(error, options.front.errors)
        ? unknownState(error, log)
        : error
    }
  }

  return async (request) => {
    const requestId = uuid()
    const log = options.log.child({ requestId })
    try {
      return await perform(request, log, requestId)
    } catch (error) {
      return errorResponse(toRestError(error, options.front.errors, request, log))
    }
  }
}

async function authenticated<Context>(
  request: WireRequest,
  options: IcebergRestOptions<Context>,
): Promise<{ readonly caller: Caller; readonly region: string; readonly body: Buffer }> {
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers['authorization'] ?? '')?.[1]
  if (bearer !== undefined) {
    const caller = await options.tokens.authenticate(bearer)
    return { caller, region: options.region, body: await readBody(request.body) }
  }
  const service = signingName(request)
  if (service === undefined) {
    throw notAuthorized('The request needs a bearer token or an AWS Signature Version 4')
  }
  try {
    const scope = { service, protocol: 'restJson1', bodyBytesMax } as const
    const { caller, region, bytes } = await options.authenticate.authenticate(request, scope)
    return { caller, region, body: Buffer.from(bytes ?? []) }
  } catch (error) {
    if (!(error instanceof AwsError) || error.status === 413) throw error
    throw notAuthorized(error.message)
  }
}

async function readBody(body: WireRequest['body']): Promise<Buffer> {
  return collect(body, bodyBytesMax)
}

function parseBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  try {
    return parseBigJson(bytes.toString())
  } catch {
    throw badRequest('The request body is not JSON')
  }
}

function toResponse({ status, headers, body, text }: RestAnswer): WireResponse {
  const json = body === undefined ? text : stringifyBigJson(body)
  if (json === undefined) return { status: status ?? 204, headers: headers ?? {} }
  return {
    status: status ?? 200,
    headers: { 'content-type': 'application/json', ...headers },
    body: json,
  }
}

function originOf(request: WireRequest): string {
  return `${request.secure ? 'https' : 'http'}://${request.headers['host'] ?? 'localhost'}`
}

/** Whatever was thrown, in the specification's terms; the text of what was not expected stays here. */
function toRestError(
  error: unknown,
  errors: RestErrorMap,
  request: WireRequest,
  log: Logger,
): RestError {
  const known = restErrorOf(error, errors)
  if (known) return known
  if (saysClientLeft(request, error)) log.debug({ err: error }, 'a client left')
  else log.error({ err: error }, 'an operation failed')
  return new RestError('InternalServerError', 500, 'Internal Server Error')
}

/** What a client may be told of an error; undefined for one that nobody expected. */
export function restErrorOf(error: unknown, errors: RestErrorMap): RestError | undefined {
  if (error instanceof RestError) return error
  if (error instanceof TooLargeError) {
    return new RestError('BadRequestException', 413, `The request body has ${error.message}`)
  }
  if (error instanceof AwsError) return fromAws(error)
  if (error instanceof LakeError) {
    const known = errors[error.code]
    if (known) return new RestError(known[0], known[1], error.message)
    if (error.kind === 'denied') return new RestError('ForbiddenException', 403, error.message)
    if (error.kind === 'throttled') {
      return new RestError('ServiceUnavailableException', 503, error.message)
    }
    if (error.kind === 'invalid') return badRequest(error.message)
    if (error.kind === 'unsupported') {
      return new RestError('UnsupportedOperationException', 406, error.message)
    }
  }
  return undefined
}

/** What governance refuses, or finds missing, has AWS's codes until here. */
function fromAws(error: AwsError): RestError {
  if (/^AccessDenied/.test(error.name)) {
    return new RestError('ForbiddenException', 403, error.message)
  }
  return error.status === 413
    ? new RestError('BadRequestException', 413, error.message)
    : badRequest(error.message)
}

function isUnexpected(error: unknown, errors: RestErrorMap): boolean {
  if (error instanceof RestError || error instanceof AwsError) return false
  return (
    !(error instanceof LakeError) || (errors[error.code] === undefined && error.kind === 'internal')
  )
}

function unknownState(error: unknown, log: Logger): RestError {
  log.error({ err: error }, 'a commit failed in an unknown state')
  return new RestError('CommitStateUnknownException', 500, 'Internal Server Error')
}

function unknownPath(request: WireRequest): RestError {
  return new RestError(
    'NoSuchEndpointException',
    404,
    `There is no route for ${request.method} ${request.rawPath}`,
  )
}

function unsupported(request: WireRequest): RestError {
  return new RestError(
    'UnsupportedOperationException',
    406,
    `This catalog does not support ${request.method} ${request.rawPath}`,
  )
}

function wrongMethod(request: WireRequest, allowed: readonly string[]): RestError {
  return new RestError(
    'UnsupportedOperationException',
    405,
    `${request.method} is not supported here, only ${allowed.join(', ')}`,
  )
}

import { collect, isLakeError, TooLargeError, uuid, type Clock, type Logger } from '#kit'
import {
  functionArn,
  requestBytesMax,
  type Functions,
  type FunctionUrl,
} from '#processing/functions'
import {
  anonymousCaller,
  AwsError,
  type Authenticator,
  type Authorize,
  type Caller,
} from '#protocol/aws'
import type { WireHandler, WireRequest, WireResponse } from '#protocol/http'
import { urlPath } from './url-address.ts'
import { corsHeaders, preflight } from './url-cors.ts'
import { urlEvent } from './url-event.ts'
import { badGateway, urlResponse } from './url-response.ts'

export interface UrlDoor {
  readonly functions: Pick<Functions, 'urls' | 'invoke'>
  readonly authenticate: Authenticator
  readonly authorize: Authorize
  readonly clock: Clock
  readonly log: Logger
}

/** Who calls through a URL needs both: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
const actions = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']

/** Functions at addresses of their own: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
export function createUrlDoor(door: UrlDoor): WireHandler {
  return async (request) => {
    const { urlId, rawPath } = urlPath(request.rawPath)
    const url = await door.functions.urls.find(urlId)
    // As for one that may not be called: nobody learns which addresses there are.
    if (!url) return told(403, 'Forbidden')
    const cors = url.cors && corsHeaders(url.cors, request)
    const asked = url.cors && preflight(url.cors, request)
    if (asked) return asked
    const answer = await answerOf(door, url, request, rawPath).catch((error: unknown) =>
      refusal(error, door.log),
    )
    return { ...answer, headers: { ...answer.headers, ...cors } }
  }
}

async function answerOf(
  door: UrlDoor,
  url: FunctionUrl,
  request: WireRequest,
  rawPath: string,
): Promise<WireResponse> {
  const { caller, body } = await admit(door, url, request)
  const requestId = uuid()
  const isKnown = caller.kind !== 'anonymous'
  const nowMs = door.clock.now()
  const event = urlEvent({
    request,
    urlId: url.urlId,
    rawPath,
    body,
    caller: isKnown ? caller : undefined,
    requestId,
    nowMs,
  })
  const payload = Buffer.from(JSON.stringify(event))
  if (payload.byteLength > requestBytesMax) return told(413, 'Request Entity Too Large')
  const { ref, qualifier } = url
  const done = await door.functions.invoke({ ref, qualifier, payload, requestId })
  const answer = done.functionError === undefined ? urlResponse(done.payload) : badGateway
  return { ...answer, headers: { ...answer.headers, 'x-amzn-requestid': requestId } }
}

/** The caller, who may call the function, and the body. */
async function admit(door: UrlDoor, url: FunctionUrl, request: WireRequest) {
  const { ref, qualifier } = url
  const scope = {
    service: 'lambda',
    protocol: 'restJson1',
    bodyBytesMax: requestBytesMax,
  } as const
  const signed =
    url.authType === 'AWS_IAM' ? await door.authenticate.authenticate(request, scope) : undefined
  if (signed && (signed.caller.kind === 'anonymous' || signed.region !== ref.region)) {
    throw forbidden()
  }
  const caller: Caller = signed?.caller ?? anonymousCaller
  for (const action of actions) {
    await door.authorize({
      caller,
      action,
      service: 'lambda',
      operation: 'InvokeFunctionUrl',
      input: { FunctionName: functionArn(ref, qualifier) },
      accountId: signed ? caller.accountId : ref.accountId,
      region: ref.region,
      request,
    })
  }
  const body = await collect(signed?.body ?? request.body, requestBytesMax)
  return { caller, body }
}

function refusal(error: unknown, log: Logger): WireResponse {
  const isTooLarge = error instanceof AwsError && error.status === 413
  if (isTooLarge || error instanceof TooLargeError) return told(413, 'Request Entity Too Large')
  // A signature that is wrong, or none; whoever may not call it.
  if (error instanceof AwsError) return told(403, 'Forbidden')
  if (isLakeError(error) && error.kind === 'denied') return told(403, 'Forbidden')
  if (isLakeError(error, 'FunctionThrottled')) return told(429, 'Rate Exceeded.')
  if (isLakeError(error) && error.kind !== 'internal') {
    log.warn({ err: error }, 'a function could not be called through its url')
    return badGateway
  }
  log.error({ err: error }, 'a function url failed')
  return { status: 500, headers: { 'content-type': 'text/plain' }, body: 'Internal Server Error' }
}

function forbidden(): AwsError {
  return new AwsError({ name: 'AccessDeniedException', message: 'Forbidden', status: 403 })
}

function told(status: number, message: string): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ Message: message }),
  }
}

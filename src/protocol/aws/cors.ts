import type { WireRequest, WireResponse } from '#protocol/http'
import { AwsError, type BoundService, type CorsDecision } from './service.ts'

const methods: readonly string[] = ['GET', 'PUT', 'HEAD', 'POST', 'DELETE']

/**
 * The answer to a browser that asks before it sends (https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html). It carries no
 * signature, and needs none. Errors: `BadRequest`, `AccessForbidden`.
 */
export async function answerPreflight(
  { definition, context }: BoundService,
  request: WireRequest,
  bucket: string,
  isObject: boolean,
): Promise<WireResponse> {
  const { origin, 'access-control-request-method': method } = request.headers
  if (!origin) throw badRequest('Insufficient information. Origin request header needed.')
  if (method === undefined || !methods.includes(method)) {
    throw badRequest(`Invalid Access-Control-Request-Method: ${method ?? 'null'}`)
  }
  const requestHeaders = (request.headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
  const decision = await definition.cors!({ bucket, origin, method, requestHeaders }, context)
  if ('refused' in decision) throw forbidden(decision, method, isObject)
  return { status: 200, headers: { ...decision.headers }, body: '' }
}

/** The headers by which a browser lets a page of another origin see this answer; none when it may not. */
export async function corsHeaders(
  { definition, context }: BoundService,
  request: WireRequest,
  bucket: string,
): Promise<Readonly<Record<string, string>>> {
  const { origin } = request.headers
  if (!origin || !definition.cors) return {}
  const { method } = request
  const decision = await definition.cors({ bucket, origin, method, requestHeaders: [] }, context)
  return 'headers' in decision ? decision.headers : {}
}

function badRequest(message: string): AwsError {
  return new AwsError({ name: 'BadRequest', status: 400, message })
}

const reasons = {
  bucketNotFound: 'Bucket not found',
  notEnabled: 'CORS is not enabled for this bucket.',
  notAllowed:
    "This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
} as const

function forbidden(
  decision: Extract<CorsDecision, { refused: string }>,
  method: string,
  isObject: boolean,
): AwsError {
  return new AwsError({
    name: 'AccessForbidden',
    status: 403,
    message: `CORSResponse: ${reasons[decision.refused]}`,
    fields: { Method: method, ResourceType: isObject ? 'OBJECT' : 'BUCKET' },
  })
}

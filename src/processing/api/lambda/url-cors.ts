import type { FunctionUrl } from '#processing/functions'
import type { WireRequest, WireResponse } from '#protocol/http'

type Cors = NonNullable<FunctionUrl['cors']>

/** A browser's question before its request; a URL without settings leaves it to the function. */
export function preflight(cors: Cors, request: WireRequest): WireResponse | undefined {
  const method = request.headers['access-control-request-method']
  if (request.method !== 'OPTIONS' || method === undefined) return undefined
  const methods = cors.allowMethods ?? []
  const asked = (request.headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const known = (cors.allowHeaders ?? []).map((name) => name.toLowerCase())
  const isAllowed =
    (methods.includes('*') || methods.includes(method)) &&
    asked.every((name) => known.includes('*') || known.includes(name.toLowerCase()))
  const own = corsHeaders(cors, request)
  if (!isAllowed || Object.keys(own).length === 0) return { status: 200, headers: {} }
  return {
    status: 200,
    headers: {
      ...own,
      'access-control-allow-methods': method,
      ...(asked.length > 0 ? { 'access-control-allow-headers': asked.join(',') } : {}),
      ...(cors.maxAgeS === undefined ? {} : { 'access-control-max-age': `${cors.maxAgeS}` }),
    },
  }
}

/** What an answer tells a browser: nothing where its page's origin is not allowed. */
export function corsHeaders(cors: Cors, request: WireRequest): Readonly<Record<string, string>> {
  const { origin } = request.headers
  const origins = cors.allowOrigins ?? []
  if (origin === undefined || !(origins.includes('*') || origins.includes(origin))) return {}
  return {
    'access-control-allow-origin': origin,
    vary: 'Origin',
    ...(cors.allowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(cors.exposeHeaders?.length
      ? { 'access-control-expose-headers': cors.exposeHeaders.join(',') }
      : {}),
  }
}

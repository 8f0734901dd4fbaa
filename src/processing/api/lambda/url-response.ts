import type { WireResponse } from '#protocol/http'

export const badGateway: WireResponse = {
  status: 502,
  headers: { 'content-type': 'text/plain' },
  body: 'Internal Server Error',
}

/** Of one connection, and what the server sets itself. */
const ownHeaders =
  /^(?:connection|keep-alive|transfer-encoding|content-length|upgrade|trailer|te)$/i

/**
 * What a function has returned, as a response: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-response-payload. Without a
 * `statusCode` it is the body itself.
 */
export function urlResponse(payload: Uint8Array): WireResponse {
  const text = Buffer.from(payload).toString()
  const value = JSON.parse(text === '' ? 'null' : text) as unknown
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isObject || (value as { statusCode?: unknown }).statusCode === undefined) {
    const body = typeof value === 'string' ? value : text
    return { status: 200, headers: { 'content-type': 'application/json' }, body }
  }
  const { statusCode, headers, body, cookies, isBase64Encoded } = value as Readonly<
    Record<string, unknown>
  >
  const status = Number(statusCode)
  if (!Number.isInteger(status) || status < 200 || status > 599) return badGateway
  const sent: Record<string, string> = { 'content-type': 'application/json' }
  for (const [name, header] of Object.entries((headers ?? {}) as object)) {
    if (!isHeader(name, String(header))) return badGateway
    if (!ownHeaders.test(name)) sent[name.toLowerCase()] = String(header)
  }
  const kept = (Array.isArray(cookies) ? (cookies as readonly unknown[]) : []).map(String)
  if (!kept.every((cookie) => isHeader('set-cookie', cookie))) return badGateway
  const content = typeof body === 'string' ? body : body == null ? '' : JSON.stringify(body)
  return {
    status,
    headers: sent,
    cookies: kept,
    body: isBase64Encoded === true ? Buffer.from(content, 'base64') : content,
  }
}

function isHeader(name: string, value: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && !/[^\t\x20-\x7e\x80-\xff]/.test(value)
}

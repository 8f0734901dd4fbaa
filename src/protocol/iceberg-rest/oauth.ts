import type { WireRequest, WireResponse } from '#protocol/http'
import type { BearerTokens } from './tokens.ts'
import { RestError } from './rest-error.ts'

const tokenType = 'urn:ietf:params:oauth:token-type:access_token'

/**
 * The token endpoint: client credentials, where the client is an access key, and the exchange of a token for a fresh one.
 * https://datatracker.ietf.org/doc/html/rfc6749#section-4.4, https://datatracker.ietf.org/doc/html/rfc8693
 */
export async function answerTokenRequest(
  request: WireRequest,
  body: Buffer,
  tokens: BearerTokens,
): Promise<WireResponse> {
  const form = new URLSearchParams(body.toString())
  const grant = form.get('grant_type')
  const scope = form.get('scope') ?? undefined
  switch (grant) {
    case 'client_credentials': {
      const client = clientOf(request, form)
      if (!client)
        return failure(400, 'invalid_request', 'client_id and client_secret are required')
      const issued = await tokens.issue(client.id, client.secret)
      return issued
        ? success(issued, scope)
        : failure(401, 'invalid_client', 'The client is not known, or its secret is wrong')
    }
    case 'urn:ietf:params:oauth:grant-type:token-exchange': {
      const subject = form.get('subject_token')
      if (subject === null) return failure(400, 'invalid_request', 'subject_token is required')
      if (form.get('actor_token') !== null) {
        return failure(400, 'invalid_request', 'Acting for another is not supported')
      }
      try {
        const issued = await tokens.renew(subject)
        if (issued) return success(issued, scope)
      } catch (error) {
        if (!(error instanceof RestError)) throw error
      }
      return failure(400, 'invalid_grant', 'The subject token is not valid')
    }
    case null:
      return failure(400, 'invalid_request', 'grant_type is required')
    default:
      return failure(400, 'unsupported_grant_type', `The grant type ${grant} is not supported`)
  }
}

function clientOf(
  request: WireRequest,
  form: URLSearchParams,
): { readonly id: string; readonly secret: string } | undefined {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers['authorization'] ?? '')?.[1]
  if (basic !== undefined) {
    const pair = Buffer.from(basic, 'base64').toString()
    const colon = pair.indexOf(':')
    if (colon < 0) return undefined
    return { id: formDecoded(pair.slice(0, colon)), secret: formDecoded(pair.slice(colon + 1)) }
  }
  const id = form.get('client_id')
  const secret = form.get('client_secret')
  return id === null || secret === null ? undefined : { id, secret }
}

/** Form encoded by the letter of RFC 6749, section 2.3.1, and as it is by most clients: secrets hold '+'. */
function formDecoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function success(
  issued: { readonly token: string; readonly expiresInS: number },
  scope: string | undefined,
): WireResponse {
  return respond(200, {
    access_token: issued.token,
    token_type: 'bearer',
    expires_in: issued.expiresInS,
    issued_token_type: tokenType,
    scope,
  })
}

function failure(status: number, error: string, description: string): WireResponse {
  return respond(status, { error, error_description: description })
}

function respond(status: number, body: object): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  }
}

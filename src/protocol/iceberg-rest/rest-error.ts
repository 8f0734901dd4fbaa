import type { WireResponse } from '#protocol/http'

/** An error in the words of the REST specification: its type and its status. */
export class RestError extends Error {
  override readonly name = 'RestError'
  readonly type: string
  readonly status: number

  constructor(type: string, status: number, message: string) {
    super(message)
    this.type = type
    this.status = status
  }
}

export function badRequest(message: string): RestError {
  return new RestError('BadRequestException', 400, message)
}

export function notAuthorized(message: string): RestError {
  return new RestError('NotAuthorizedException', 401, message)
}

/** `IcebergErrorResponse` of https://github.com/apache/iceberg/blob/main/open-api/rest-catalog-open-api.yaml */
export function errorResponse(error: RestError): WireResponse {
  const { message, type, status } = error
  return {
    status,
    headers: {
      'content-type': 'application/json',
      ...(status === 401 ? { 'www-authenticate': 'Bearer realm="iceberg"' } : {}),
      ...(status === 503 ? { 'retry-after': '1' } : {}),
    },
    body: JSON.stringify({ error: { message, type, code: status } }),
  }
}

import type { WireRequest } from '#protocol/http'

const prefix = '/_boathouse/functions/url/'

/** Where a function is reached, on the server that a request has reached. AWS gives each function a host; here it is a path, which needs no names. */
export function urlAddress(
  urlId: string,
  { headers, secure }: Pick<WireRequest, 'headers' | 'secure'>,
): string {
  return `${secure ? 'https' : 'http'}://${headers['host'] ?? 'localhost'}${prefix}${urlId}/`
}

export function isFunctionUrl(rawPath: string): boolean {
  return rawPath.startsWith(prefix)
}

/** The function's own part of a path, and the id that stands before it. */
export function urlPath(rawPath: string): { readonly urlId: string; readonly rawPath: string } {
  const rest = rawPath.slice(prefix.length)
  const end = rest.indexOf('/')
  return end < 0
    ? { urlId: rest, rawPath: '/' }
    : { urlId: rest.slice(0, end), rawPath: rest.slice(end) }
}

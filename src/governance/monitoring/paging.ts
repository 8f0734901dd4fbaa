import { LogErrors } from './errors.ts'

/** Tokens say where a page ended; they mean the same after a restart. */
export function encodeToken(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

export function decodeToken(token: string | undefined): readonly (string | number)[] | undefined {
  if (token === undefined || token === '') return undefined
  try {
    const position: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    if (
      Array.isArray(position) &&
      position.every((part) => typeof part === 'string' || Number.isSafeInteger(part))
    ) {
      return position as (string | number)[]
    }
  } catch {
    // Not a token of ours: refused below.
  }
  throw invalidToken()
}

export function invalidToken(): Error {
  return LogErrors.InvalidLogParameter('The specified nextToken is invalid.')
}

/** The smallest text after every text with this prefix. Names of groups and streams hold no character past U+FFFF's last. */
export function afterText(prefix: string): string | undefined {
  return `${prefix}\u{10ffff}`
}

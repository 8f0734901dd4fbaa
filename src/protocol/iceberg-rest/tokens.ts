import { createHash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '#kit'
import type { Caller } from '#protocol/aws'
import { notAuthorized } from './rest-error.ts'

/** Where the secrets of access keys are found. */
export interface TokenCredentials {
  lookup(accessKeyId: string): Promise<
    | {
        readonly secretAccessKey: string
        readonly sessionToken?: string
        readonly caller: Caller
      }
    | undefined
  >
}

/** Makes what only this server can open again. */
export interface TokenSealer {
  seal(plain: Uint8Array, context: string): Uint8Array
  /** Throws for what it did not seal. */
  unseal(sealed: Uint8Array, context: string): Uint8Array
}

export interface IssuedToken {
  readonly token: string
  readonly expiresInS: number
}

/** Bearer tokens that stand for an access key, for a while. */
export interface BearerTokens {
  /** Undefined for a key or secret that is not right; temporary credentials have no tokens. */
  issue(accessKeyId: string, secret: string): Promise<IssuedToken | undefined>
  /** A fresh token for one that is still valid. */
  renew(token: string): Promise<IssuedToken | undefined>
  /** Errors: 401, also when the key was removed meanwhile. */
  authenticate(token: string): Promise<Caller>
}

const lifetimeMs = 3_600_000
const context = 'iceberg-rest/bearer'

export function createBearerTokens(options: {
  readonly credentials: TokenCredentials
  readonly sealer: TokenSealer
  readonly clock: Clock
}): BearerTokens {
  const { credentials, sealer, clock } = options

  const make = (accessKeyId: string): IssuedToken => {
    const claims = { accessKeyId, expiresAtMs: clock.now() + lifetimeMs }
    const sealed = sealer.seal(Buffer.from(JSON.stringify(claims)), context)
    return { token: Buffer.from(sealed).toString('base64url'), expiresInS: lifetimeMs / 1000 }
  }
  const open = (token: string): string => {
    let claims: { readonly accessKeyId: string; readonly expiresAtMs: number }
    try {
      const plain = sealer.unseal(Buffer.from(token, 'base64url'), context)
      claims = JSON.parse(Buffer.from(plain).toString()) as typeof claims
    } catch {
      throw notAuthorized('The token is not valid')
    }
    if (clock.now() >= claims.expiresAtMs) throw notAuthorized('The token has expired')
    return claims.accessKeyId
  }

  return {
    issue: async (accessKeyId, secret) => {
      const credential = await credentials.lookup(accessKeyId)
      if (!credential || credential.sessionToken !== undefined) return undefined
      return equal(secret, credential.secretAccessKey) ? make(accessKeyId) : undefined
    },
    renew: async (token) => {
      const accessKeyId = open(token)
      return (await credentials.lookup(accessKeyId)) ? make(accessKeyId) : undefined
    },
    authenticate: async (token) => {
      const credential = await credentials.lookup(open(token))
      if (!credential) throw notAuthorized('The token is not valid')
      return credential.caller
    },
  }
}

function equal(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

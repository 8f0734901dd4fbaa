import { type Clock, isLakeError } from '#kit'
import type { Functions } from '#processing/functions'
import type { WireHandler, WireResponse } from '#protocol/http'

/** As `Sealer` of the keys module. */
interface TokenSealer {
  seal(plain: Uint8Array, context: string): Buffer
  unseal(sealed: Uint8Array, context: string): Buffer
}

export interface CodeLinks {
  /** A link to a stored zip on the server that a request with this `Host` has reached. */
  url(codeId: string, host: string): string
  /** Answers such links, without a signature, until they are ten minutes old. */
  readonly handler: WireHandler
}

const prefix = '/_boathouse/functions/code/'
const lifeMs = 600_000
const context = 'functions/code-link'

export function isCodeLink(rawPath: string): boolean {
  return rawPath.startsWith(prefix)
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCodeLocation.html */
export function createCodeLinks(parts: {
  readonly functions: Pick<Functions, 'code'>
  readonly sealer: TokenSealer
  readonly clock: Clock
  readonly scheme: 'http' | 'https'
}): CodeLinks {
  const { functions, sealer, clock, scheme } = parts
  const open = (token: string): string | undefined => {
    try {
      const plain = sealer.unseal(Buffer.from(token, 'base64url'), context).toString()
      const [codeId, endMs] = JSON.parse(plain) as [string, number]
      return clock.now() < endMs ? codeId : undefined
    } catch (error) {
      if (isLakeError(error) || error instanceof SyntaxError) return undefined
      throw error
    }
  }
  return {
    url: (codeId, host) => {
      const plain = Buffer.from(JSON.stringify([codeId, clock.now() + lifeMs]))
      return `${scheme}://${host}${prefix}${sealer.seal(plain, context).toString('base64url')}`
    },
    handler: async (request): Promise<WireResponse> => {
      const codeId = open(request.rawPath.slice(prefix.length))
      if (codeId === undefined || request.method !== 'GET') return { status: 403, headers: {} }
      const zip = await functions.code.read(codeId).catch(() => undefined)
      if (!zip) return { status: 404, headers: {} }
      return { status: 200, headers: { 'content-type': 'application/zip' }, body: zip }
    },
  }
}

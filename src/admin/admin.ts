import type { LakeError, Logger } from '#kit'
import { TooLargeError, collect, isLakeError } from '#kit'
import type { Authenticated, Authenticator } from '#protocol/aws'
import type { WireHandler, WireRequest, WireResponse } from '#protocol/http'

/** An account and the key of its root. */
export interface RootCredentials {
  readonly accountId: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** What the server lets its own command line and its operator do. */
export interface AdminActions {
  readonly version: string
  /** False while the server starts, is emptied or stops. */
  readonly ready: () => boolean
  readonly listAccounts: () => Promise<readonly string[]>
  readonly addAccount: (accountId: string) => Promise<RootCredentials>
  /** What the buckets of an account hold, as JSON. */
  readonly usage: (accountId: string) => Promise<readonly object[]>
  /** Undefined when the server was not started with --ephemeral. */
  readonly reset: (() => Promise<void>) | undefined
}

/** The name that requests to these paths are signed for. */
export const adminService = 'boathouse'
const prefix = '/_boathouse/'
const bodyBytesMax = 64 * 1024

/** True for the paths that no bucket can have, since bucket names hold no underscore. */
export function isAdminPath(rawPath: string): boolean {
  return rawPath.startsWith(prefix)
}

/**
 * `/_boathouse/…`: health for anybody; the rest, JSON in and out, for a request signed by the root
 * of an account.
 */
export function createAdmin(options: {
  readonly actions: AdminActions
  readonly authenticator: () => Authenticator
  readonly log: Logger
}): WireHandler {
  const { actions, log } = options
  return async (request) => {
    const route = `${request.method} ${request.rawPath.slice(prefix.length - 1)}`
    if (route === 'GET /health' || route === 'HEAD /health') {
      const ready = actions.ready()
      return json(ready ? 200 : 503, {
        status: ready ? 'ready' : 'not ready',
        version: actions.version,
      })
    }
    try {
      const authenticated = await options
        .authenticator()
        .authenticate(request, { service: adminService, protocol: 'restJson1' })
      if (authenticated.caller.kind !== 'root') {
        return json(403, {
          code: 'AccessDenied',
          message: 'only the root of an account may do this',
        })
      }
      return await handle(route, authenticated, actions)
    } catch (error) {
      return failure(error, request, log)
    }
  }
}

async function handle(
  route: string,
  authenticated: Authenticated,
  actions: AdminActions,
): Promise<WireResponse> {
  const body = await collect(authenticated.body, bodyBytesMax)
  switch (route) {
    case 'GET /accounts':
      return json(200, { accounts: await actions.listAccounts() })
    case 'POST /accounts': {
      const accountId = accountIdIn(body)
      if (!accountId) {
        return json(400, { code: 'BadRequest', message: 'send {"accountId": "<12 digits>"}' })
      }
      return json(200, await actions.addAccount(accountId))
    }
    case 'GET /usage':
      return json(200, { buckets: await actions.usage(authenticated.caller.accountId) })
    case 'POST /reset':
      if (!actions.reset) {
        return json(403, {
          code: 'NotEphemeral',
          message: 'only a server started with --ephemeral can be emptied',
        })
      }
      await actions.reset()
      return json(200, { status: 'empty' })
    default:
      return json(404, { code: 'NotFound', message: `there is no ${route} under ${prefix}` })
  }
}

function accountIdIn(body: Buffer): string | undefined {
  try {
    const { accountId } = JSON.parse(body.toString('utf8')) as { accountId?: unknown }
    return typeof accountId === 'string' && /^\d{12}$/.test(accountId) ? accountId : undefined
  } catch {
    return undefined
  }
}

const statusOf: Partial<Record<LakeError['kind'], number>> = {
  notFound: 404,
  conflict: 409,
  invalid: 400,
  denied: 403,
  throttled: 429,
}

function failure(error: unknown, request: WireRequest, log: Logger): WireResponse {
  if (error instanceof TooLargeError) {
    return json(413, { code: 'RequestTooLarge', message: error.message })
  }
  if (isLakeError(error) && statusOf[error.kind]) {
    return json(statusOf[error.kind]!, { code: error.code, message: error.message })
  }
  const refused = error as { name?: string; status?: number; message?: string }
  if (refused.status) return json(refused.status, { code: refused.name, message: refused.message })
  log.error({ err: error, path: request.rawPath }, 'an administrative request failed')
  return json(500, { code: 'InternalError', message: 'the server failed; its log has the cause' })
}

function json(status: number, value: unknown): WireResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: `${JSON.stringify(value)}\n`,
  }
}

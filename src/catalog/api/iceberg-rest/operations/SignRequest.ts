import { signHeaders } from '#protocol/aws'
import { RestError, badRequest } from '#protocol/iceberg-rest'
import { loaded } from '../answers.ts'
import { asRecord, asString } from '../body.ts'
import { operation, type IcebergRestContext, type VendedCredentials } from '../context.ts'
import { tableOf } from '../refs.ts'
import { credentialsFor } from '../storage-access.ts'

interface Session {
  readonly credentials: VendedCredentials
  readonly untilMs: number
}

/** Sessions that sign, by caller and table, of each catalog: one serves many requests. */
const sessionsOf = new WeakMap<IcebergRestContext, Map<string, Session>>()
const sessionsMax = 1_000
const sessionMs = 300_000

/**
 * signRequest: signs a request to our own S3 with a session that reaches the table's files alone, so that S3 itself refuses what lies
 * elsewhere. https://github.com/apache/iceberg/pull/15112
 */
export const SignRequest = operation(
  'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/sign/{provider}',
  async (request, ctx) => {
    const ref = tableOf(request)
    const { provider } = request.params
    if (provider !== 's3') throw badRequest(`Unknown storage provider: ${provider}`)
    const body = asRecord(request.body, 'body')
    const url = urlOf(asString(body['uri'], 'uri'), request.wire.headers['host'] ?? '')
    const method = asString(body['method'], 'method').toUpperCase()
    const headers = headersOf(body['headers'])
    await request.authorize('glue', 'GetTable', { DatabaseName: ref.database, Name: ref.table })
    const nowMs = ctx.clock.now()
    const { accessKeyId, arn } = request.caller
    const key = JSON.stringify([arn, accessKeyId, ref.region, ref.database, ref.table])
    const sessions = sessionsIn(ctx)
    let session = sessions.get(key)
    if (!session || session.untilMs <= nowMs) {
      const table = loaded(await ctx.tables.load(ref))
      const credentials = await credentialsFor(request, ctx, table)
      if (!credentials) {
        throw new RestError(
          'ForbiddenException',
          403,
          'Your session cannot be narrowed to one table: sign with its own credentials',
        )
      }
      session = { credentials, untilMs: Math.min(nowMs + sessionMs, credentials.expiresAtMs) }
      keep(sessions, key, session)
    }
    const signed = signHeaders({ method, url, headers }, session.credentials, {
      region: asString(body['region'], 'region'),
      nowMs,
    })
    return {
      body: {
        uri: url.href,
        headers: Object.fromEntries(Object.entries(signed).map(([name, value]) => [name, [value]])),
      },
      // A signature holds for one request at one time.
      headers: { 'cache-control': 'private, no-cache' },
    }
  },
)

function urlOf(text: string, host: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && /^https?:$/.test(url.protocol) && url.host.toLowerCase() === host.toLowerCase()) {
    return url
  }
  throw badRequest('Only requests to this server, by path, are signed')
}

function headersOf(value: unknown): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const [name, values] of Object.entries(asRecord(value ?? {}, 'headers'))) {
    if (!Array.isArray(values)) throw badRequest(`headers.${name} must be a list`)
    headers[name.toLowerCase()] = values.map(String).join(', ')
  }
  return headers
}

function sessionsIn(ctx: IcebergRestContext): Map<string, Session> {
  let sessions = sessionsOf.get(ctx)
  if (!sessions) sessionsOf.set(ctx, (sessions = new Map()))
  return sessions
}

function keep(sessions: Map<string, Session>, key: string, session: Session): void {
  sessions.delete(key)
  sessions.set(key, session)
  for (const oldest of sessions.keys()) {
    if (sessions.size <= sessionsMax) return
    sessions.delete(oldest)
  }
}

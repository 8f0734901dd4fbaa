import { awsId, randomString } from '#kit'
import { newSecret, secretContext } from './access-keys.ts'
import type { Tag } from './entities.ts'
import { tablesOf, write, type Store, type Tables } from './store.ts'
import type { SessionRow } from './tables.ts'

/** What a session carries beside its principal. */
export interface SessionAttributes {
  /** Documents that narrow what the session may do; each must allow. */
  readonly policies: readonly string[]
  readonly tags: readonly Tag[]
  readonly sourceIdentity?: string
}

export interface NewSession {
  readonly accountId: string
  readonly kind: 'role' | 'user' | 'root'
  /** Role or user id; empty for root. */
  readonly principalId: string
  /** Empty but for roles. */
  readonly sessionName: string
  readonly durationMs: number
  readonly attributes: SessionAttributes
}

export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAtMs: number
}

const tokenAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const tokenLength = 352
/** Expired sessions are kept this long, so that their use is told to be expired rather than unknown. */
const expiredKeptMs = 24 * 3_600_000
const sweepMax = 100

/** Temporary credentials, kept until they expire: they hold over a restart. */
export async function createSession(
  store: Store,
  session: NewSession,
): Promise<SessionCredentials> {
  const nowMs = store.clock.now()
  const accessKeyId = awsId('ASIA')
  const secretAccessKey = newSecret()
  const sessionToken = `IQoJb3JpZ2luX2Vj${randomString(tokenLength, tokenAlphabet)}`
  const expiresAtMs = Math.floor((nowMs + session.durationMs) / 1000) * 1000
  await write(store, async (tables) => {
    await sweep(tables, nowMs)
    await tables
      .insertInto('identity_sessions')
      .values({
        access_key_id: accessKeyId,
        account_id: session.accountId,
        kind: session.kind,
        principal_id: session.principalId,
        session_name: session.sessionName,
        secret_sealed: store.sealer.seal(Buffer.from(secretAccessKey), secretContext(accessKeyId)),
        token_sealed: store.sealer.seal(Buffer.from(sessionToken), tokenContext(accessKeyId)),
        attributes: JSON.stringify(session.attributes),
        created_at_ms: nowMs,
        expires_at_ms: expiresAtMs,
      })
      .execute()
  })
  return { accessKeyId, secretAccessKey, sessionToken, expiresAtMs }
}

export async function sessionRow(
  store: Store,
  accessKeyId: string,
): Promise<SessionRow | undefined> {
  return tablesOf(store.database)
    .selectFrom('identity_sessions')
    .selectAll()
    .where('access_key_id', '=', accessKeyId)
    .executeTakeFirst()
}

export function tokenContext(accessKeyId: string): string {
  return `identity/token/${accessKeyId}`
}

/** A few of the long expired ones with each new one: the table stays as large as its use. */
async function sweep(tables: Tables, nowMs: number): Promise<void> {
  const expired = await tables
    .selectFrom('identity_sessions')
    .select('access_key_id')
    .where('expires_at_ms', '<', nowMs - expiredKeptMs)
    .limit(sweepMax)
    .execute()
  if (expired.length === 0) return
  await tables
    .deleteFrom('identity_sessions')
    .where(
      'access_key_id',
      'in',
      expired.map((row) => row.access_key_id),
    )
    .execute()
}

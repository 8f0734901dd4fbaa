import { keyRow, secretContext } from './access-keys.ts'
import { findEntityById } from './entities.ts'
import { assumedRoleArn, rootArn, type KnownCredential, type Principal } from './principal.ts'
import { sessionRow, tokenContext, type SessionAttributes } from './sessions.ts'
import { tablesOf, type Store } from './store.ts'

/** A credential, and what authorisation needs to know of it. */
export interface Credential extends KnownCredential {
  /** Role or user id; empty for root. */
  readonly principalId: string
  /** The user's or role's name. */
  readonly principalName: string
  /** As `aws:PrincipalArn`: for a session, the role with its path. */
  readonly principalArn: string
  readonly issuedAtMs: number | undefined
  readonly session: SessionAttributes | undefined
}

/** Undefined for a key that is not there, not active, or whose owner is gone. */
export async function loadCredential(
  store: Store,
  accessKeyId: string,
): Promise<Credential | undefined> {
  return (await loadLongTerm(store, accessKeyId)) ?? loadSession(store, accessKeyId)
}

async function loadLongTerm(store: Store, accessKeyId: string): Promise<Credential | undefined> {
  const tables = tablesOf(store.database)
  const row = await keyRow(tables, accessKeyId)
  if (!row || row.active !== 1) return undefined
  const secret = store.sealer.unseal(row.secret_sealed, secretContext(accessKeyId)).toString()
  const common = { secretAccessKey: secret, issuedAtMs: undefined, session: undefined }
  if (row.user_id === '') {
    return {
      ...common,
      principalId: '',
      principalName: '',
      principalArn: rootArn(row.account_id),
      caller: rootPrincipal(row.account_id, accessKeyId),
    }
  }
  const user = await findEntityById(tables, 'user', row.user_id)
  if (!user) return undefined
  return {
    ...common,
    principalId: user.id,
    principalName: user.name,
    principalArn: user.arn,
    caller: {
      accountId: user.accountId,
      kind: 'user',
      arn: user.arn,
      userId: user.id,
      accessKeyId,
    },
  }
}

async function loadSession(store: Store, accessKeyId: string): Promise<Credential | undefined> {
  const row = await sessionRow(store, accessKeyId)
  if (!row) return undefined
  const common = {
    secretAccessKey: store.sealer.unseal(row.secret_sealed, secretContext(accessKeyId)).toString(),
    sessionToken: store.sealer.unseal(row.token_sealed, tokenContext(accessKeyId)).toString(),
    expiresAtMs: row.expires_at_ms,
    issuedAtMs: row.created_at_ms,
    principalId: row.principal_id,
    session: JSON.parse(row.attributes) as SessionAttributes,
  }
  if (row.kind === 'root') {
    const principalArn = rootArn(row.account_id)
    const caller = rootPrincipal(row.account_id, accessKeyId)
    return { ...common, principalName: '', principalArn, caller }
  }
  const kind = row.kind === 'role' ? 'role' : 'user'
  const entity = await findEntityById(tablesOf(store.database), kind, row.principal_id)
  if (!entity) return undefined
  const caller: Principal = {
    accountId: row.account_id,
    kind,
    arn:
      kind === 'role' ? assumedRoleArn(row.account_id, entity.name, row.session_name) : entity.arn,
    userId: kind === 'role' ? `${entity.id}:${row.session_name}` : entity.id,
    accessKeyId,
  }
  return { ...common, principalName: entity.name, principalArn: entity.arn, caller }
}

function rootPrincipal(accountId: string, accessKeyId: string): Principal {
  return { accountId, kind: 'root', arn: rootArn(accountId), userId: accountId, accessKeyId }
}

import { findAccount } from './accounts.ts'
import { findEntityById, requireEntity } from './entities.ts'
import { invalidPrincipal, type Policy } from './policy/document.ts'
import { tablesOf, type Store } from './store.ts'

/**
 * Refuses a resource's policy that names somebody who is not there: `MalformedPolicy`.
 * https://repost.aws/knowledge-center/s3-invalid-principal-in-policy-error
 */
export async function checkPrincipals(store: Store, policy: Policy): Promise<void> {
  for (const { principals } of policy.statements) {
    for (const [type, name] of principals?.list ?? []) {
      const known =
        type === 'AWS'
          ? name === '*' || (await isPrincipal(store, name))
          : type !== 'CanonicalUser' || (await isCanonicalUser(store, name))
      if (!known) throw invalidPrincipal('bucket', type, name)
    }
  }
}

async function isPrincipal(store: Store, name: string): Promise<boolean> {
  const tables = tablesOf(store.database)
  if (/^\d{12}$/.test(name)) return (await findAccount(store, name)) !== undefined
  const [, accountId, kind, rest = ''] =
    /^arn:aws:(?:iam|sts)::(\d{12}):(root|user|role|assumed-role)(?:\/(.+))?$/.exec(name) ?? []
  if (accountId === undefined) {
    if (name.startsWith('arn:')) return false
    const id = name.split(':')[0]!
    const entity = await findEntityById(tables, id.startsWith('AIDA') ? 'user' : 'role', id)
    return entity !== undefined
  }
  if (kind === 'root') return (await findAccount(store, accountId)) !== undefined
  const parts = rest.split('/')
  const isSession = kind === 'assumed-role'
  const entityName = isSession ? parts[0]! : parts.at(-1)!
  try {
    const entity = await requireEntity(tables, {
      accountId,
      kind: kind === 'user' ? 'user' : 'role',
      name: entityName,
    })
    return isSession ? parts.length === 2 : entity.arn === name
  } catch {
    return false
  }
}

async function isCanonicalUser(store: Store, id: string): Promise<boolean> {
  const row = await tablesOf(store.database)
    .selectFrom('identity_accounts')
    .select('account_id')
    .where('canonical_user_id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

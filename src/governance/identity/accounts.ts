import { awsId, randomHex } from '#kit'
import { insertKey, keyRow, newSecret, secretContext } from './access-keys.ts'
import { IdentityErrors } from './errors.ts'
import { tablesOf, write, type Store, type Tables } from './store.ts'

export interface Account {
  readonly accountId: string
  /** 64 hexadecimal digits: how S3 names an owner. */
  readonly canonicalUserId: string
  readonly createdAtMs: number
}

/** The key of an account's root. */
export interface RootCredentials {
  readonly accountId: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** A root key given from outside; without one, a key is made. */
export interface GivenRootKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** Adds an account with a root key of its own. Errors: `AccountInvalid`, `AccountExists`, `RootKeyTaken`. */
export async function createAccount(
  store: Store,
  accountId: string,
  given?: GivenRootKey,
): Promise<RootCredentials> {
  return write(store, async (tables) => {
    if (await accountRow(tables, accountId)) {
      throw IdentityErrors.AccountExists(`there is already an account ${accountId}`)
    }
    await insertAccount(store, tables, accountId)
    return insertRootKey(store, tables, accountId, given)
  })
}

/**
 * The account that the configuration names, made when it is not there. A configured root key replaces the one it had.
 * Errors: `AccountInvalid`, `RootKeyTaken`.
 */
export async function ensureAccount(
  store: Store,
  accountId: string,
  given?: GivenRootKey,
): Promise<RootCredentials> {
  const existing = await rootCredentials(store, accountId)
  const isAsGiven =
    !given ||
    (existing?.accessKeyId === given.accessKeyId &&
      existing.secretAccessKey === given.secretAccessKey)
  if (existing && isAsGiven) return existing
  return write(store, async (tables) => {
    if (!(await accountRow(tables, accountId))) await insertAccount(store, tables, accountId)
    await tables
      .deleteFrom('identity_access_keys')
      .where('account_id', '=', accountId)
      .where('user_id', '=', '')
      .execute()
    return insertRootKey(store, tables, accountId, given)
  })
}

export async function listAccounts(store: Store): Promise<readonly Account[]> {
  const rows = await tablesOf(store.database)
    .selectFrom('identity_accounts')
    .selectAll()
    .orderBy('account_id')
    .execute()
  return rows.map((row) => ({
    accountId: row.account_id,
    canonicalUserId: row.canonical_user_id,
    createdAtMs: row.created_at_ms,
  }))
}

export async function findAccount(store: Store, accountId: string): Promise<Account | undefined> {
  const row = await accountRow(tablesOf(store.database), accountId)
  return (
    row && {
      accountId: row.account_id,
      canonicalUserId: row.canonical_user_id,
      createdAtMs: row.created_at_ms,
    }
  )
}

/** The oldest active root key of an account, with its secret; undefined when it has none. */
export async function rootCredentials(
  store: Store,
  accountId: string,
): Promise<RootCredentials | undefined> {
  const row = await tablesOf(store.database)
    .selectFrom('identity_access_keys')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('user_id', '=', '')
    .where('active', '=', 1)
    .orderBy('created_at_ms')
    .executeTakeFirst()
  return (
    row && {
      accountId,
      accessKeyId: row.access_key_id,
      secretAccessKey: store.sealer
        .unseal(row.secret_sealed, secretContext(row.access_key_id))
        .toString(),
    }
  )
}

async function insertAccount(store: Store, tables: Tables, accountId: string): Promise<void> {
  if (!/^\d{12}$/.test(accountId)) {
    throw IdentityErrors.AccountInvalid(`an account id has 12 digits, not '${accountId}'`)
  }
  await tables
    .insertInto('identity_accounts')
    .values({
      account_id: accountId,
      canonical_user_id: randomHex(32),
      created_at_ms: store.clock.now(),
    })
    .execute()
}

async function insertRootKey(
  store: Store,
  tables: Tables,
  accountId: string,
  given: GivenRootKey | undefined,
): Promise<RootCredentials> {
  const accessKeyId = given?.accessKeyId ?? awsId('AKIA')
  const secretAccessKey = given?.secretAccessKey ?? newSecret()
  if (await keyRow(tables, accessKeyId)) {
    throw IdentityErrors.RootKeyTaken(`the access key id ${accessKeyId} is taken`)
  }
  await insertKey(store, tables, { accountId, userId: '', accessKeyId, secretAccessKey })
  return { accountId, accessKeyId, secretAccessKey }
}

async function accountRow(tables: Tables, accountId: string) {
  return tables
    .selectFrom('identity_accounts')
    .selectAll()
    .where('account_id', '=', accountId)
    .executeTakeFirst()
}

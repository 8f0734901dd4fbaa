import { awsId, randomString } from '#kit'
import { IdentityErrors } from './errors.ts'
import { tablesOf, write, type Store, type Tables } from './store.ts'
import type { AccessKeyRow } from './tables.ts'

export interface AccessKey {
  readonly accessKeyId: string
  readonly accountId: string
  /** Empty for the root of the account. */
  readonly userId: string
  readonly active: boolean
  readonly createdAtMs: number
  readonly lastUsed: LastUsed | undefined
}

export interface LastUsed {
  readonly atMs: number
  readonly service: string
  readonly region: string
}

export interface NewAccessKey extends AccessKey {
  readonly secretAccessKey: string
}

const keysPerUserMax = 2
const secretAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function newSecret(): string {
  return randomString(40, secretAlphabet)
}

export function secretContext(accessKeyId: string): string {
  return `identity/secret/${accessKeyId}`
}

/** Adds a key; at most two for each user. Error: `LimitExceeded`. */
export async function createAccessKey(
  store: Store,
  owner: { readonly accountId: string; readonly userId: string },
): Promise<NewAccessKey> {
  const accessKeyId = awsId('AKIA')
  const secretAccessKey = newSecret()
  const row = await write(store, async (tables) => {
    const held = await ownedBy(tables, owner)
    if (held.length >= keysPerUserMax) {
      throw IdentityErrors.LimitExceeded(
        `Cannot exceed quota for AccessKeysPerUser: ${keysPerUserMax}`,
      )
    }
    return insertKey(store, tables, { ...owner, accessKeyId, secretAccessKey })
  })
  return { ...toKey(row), secretAccessKey }
}

export async function insertKey(
  store: Store,
  tables: Tables,
  key: {
    readonly accountId: string
    readonly userId: string
    readonly accessKeyId: string
    readonly secretAccessKey: string
  },
): Promise<AccessKeyRow> {
  const row: AccessKeyRow = {
    access_key_id: key.accessKeyId,
    account_id: key.accountId,
    user_id: key.userId,
    secret_sealed: store.sealer.seal(
      Buffer.from(key.secretAccessKey),
      secretContext(key.accessKeyId),
    ),
    active: 1,
    created_at_ms: store.clock.now(),
    last_used_at_ms: null,
    last_used_service: null,
    last_used_region: null,
  }
  await tables.insertInto('identity_access_keys').values(row).execute()
  return row
}

export async function listAccessKeys(
  store: Store,
  owner: { readonly accountId: string; readonly userId: string },
): Promise<readonly AccessKey[]> {
  return (await ownedBy(tablesOf(store.database), owner)).map(toKey)
}

export async function findAccessKey(
  store: Store,
  accessKeyId: string,
): Promise<AccessKey | undefined> {
  const row = await keyRow(tablesOf(store.database), accessKeyId)
  return row && toKey(row)
}

/** Errors: `EntityNotFound` when the key is not of this owner. */
export async function setAccessKeyActive(
  store: Store,
  owner: { readonly accountId: string; readonly userId: string },
  accessKeyId: string,
  active: boolean,
): Promise<void> {
  await write(store, async (tables) => {
    const { numUpdatedRows } = await tables
      .updateTable('identity_access_keys')
      .set({ active: active ? 1 : 0 })
      .where('access_key_id', '=', accessKeyId)
      .where('account_id', '=', owner.accountId)
      .where('user_id', '=', owner.userId)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw keyNotFound(accessKeyId)
  })
}

/** Error: `EntityNotFound`. */
export async function deleteAccessKey(
  store: Store,
  owner: { readonly accountId: string; readonly userId: string },
  accessKeyId: string,
): Promise<void> {
  await write(store, async (tables) => {
    const key = await keyRow(tables, accessKeyId)
    if (key?.account_id !== owner.accountId || key.user_id !== owner.userId) {
      throw keyNotFound(accessKeyId)
    }
    await tables
      .deleteFrom('identity_access_keys')
      .where('access_key_id', '=', accessKeyId)
      .execute()
  })
}

export async function keyRow(
  tables: Tables,
  accessKeyId: string,
): Promise<AccessKeyRow | undefined> {
  return tables
    .selectFrom('identity_access_keys')
    .selectAll()
    .where('access_key_id', '=', accessKeyId)
    .executeTakeFirst()
}

async function ownedBy(
  tables: Tables,
  owner: { readonly accountId: string; readonly userId: string },
): Promise<AccessKeyRow[]> {
  return tables
    .selectFrom('identity_access_keys')
    .selectAll()
    .where('account_id', '=', owner.accountId)
    .where('user_id', '=', owner.userId)
    .orderBy('created_at_ms')
    .orderBy('access_key_id')
    .execute()
}

function toKey(row: AccessKeyRow): AccessKey {
  return {
    accessKeyId: row.access_key_id,
    accountId: row.account_id,
    userId: row.user_id,
    active: row.active === 1,
    createdAtMs: row.created_at_ms,
    lastUsed:
      row.last_used_at_ms === null
        ? undefined
        : {
            atMs: row.last_used_at_ms,
            service: row.last_used_service ?? 'N/A',
            region: row.last_used_region ?? 'N/A',
          },
  }
}

function keyNotFound(accessKeyId: string): Error {
  return IdentityErrors.EntityNotFound(`The Access Key with id ${accessKeyId} cannot be found.`)
}

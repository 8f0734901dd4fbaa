import { uuid } from '#kit'
import { KeysErrors } from './errors.ts'
import { randomKey } from './sealer.ts'
import { tablesOf, type KeyPlace, type KeyStore, type Tables } from './store.ts'
import type { KeyRow } from './tables.ts'

export interface KeyTag {
  readonly key: string
  readonly value: string
}

/** A symmetric key for encryption and decryption. */
export interface Key extends KeyPlace {
  readonly keyId: string
  readonly arn: string
  readonly manager: 'CUSTOMER' | 'AWS'
  readonly description: string
  readonly state: 'Enabled' | 'Disabled' | 'PendingDeletion'
  readonly createdAtMs: number
  readonly deleteAtMs: number | undefined
  readonly policy: string
  /** Undefined when rotation is off. */
  readonly rotationDays: number | undefined
  readonly tags: readonly KeyTag[]
}

const dayMs = 86_400_000

/** Errors: `KeyPolicyMalformed`. */
export async function createKey(
  store: KeyStore,
  input: KeyPlace & {
    readonly description: string
    /** JSON; checked by the caller. Undefined for the one that trusts the account. */
    readonly policy: string | undefined
    readonly tags: readonly KeyTag[]
  },
): Promise<Key> {
  return store.database.transaction(async (tx) => {
    const tables = tablesOf(tx)
    await removeDue(tables, store.clock.now())
    return insertKey(store, tables, { ...input, manager: 'CUSTOMER' })
  })
}

export async function insertKey(
  store: KeyStore,
  tables: Tables,
  input: KeyPlace & {
    readonly manager: Key['manager']
    readonly description: string
    readonly policy: string | undefined
    readonly tags: readonly KeyTag[]
  },
): Promise<Key> {
  const nowMs = store.clock.now()
  const row: KeyRow = {
    key_id: uuid(),
    account_id: input.accountId,
    region: input.region,
    manager: input.manager,
    description: input.description,
    enabled: 1,
    created_at_ms: nowMs,
    delete_at_ms: null,
    policy: input.policy ?? defaultKeyPolicy(input.accountId),
    rotation_days: input.manager === 'AWS' ? 365 : null,
    tags: JSON.stringify(input.tags),
  }
  await tables.insertInto('keys_keys').values(row).execute()
  await insertMaterial(store, tables, row.key_id, 1)
  return toKey(row)
}

/** New material: what is encrypted from now on is under it, and what is older stays readable. */
export async function insertMaterial(
  store: KeyStore,
  tables: Tables,
  keyId: string,
  version: number,
): Promise<void> {
  await tables
    .insertInto('keys_materials')
    .values({
      key_id: keyId,
      version,
      sealed: store.sealer.seal(randomKey(32), materialContext(keyId, version)),
      created_at_ms: store.clock.now(),
    })
    .execute()
}

export function materialContext(keyId: string, version: number): string {
  return `keys/material/${keyId}/${version}`
}

/** A key by its id alone, in whatever account; undefined when its deletion is due. */
export async function findKey(
  store: KeyStore,
  keyId: string,
  tables: Tables = tablesOf(store.database),
): Promise<Key | undefined> {
  const row = await tables
    .selectFrom('keys_keys')
    .selectAll()
    .where('key_id', '=', keyId)
    .executeTakeFirst()
  if (!row || (row.delete_at_ms !== null && row.delete_at_ms <= store.clock.now())) return undefined
  return toKey(row)
}

/** Keys of a place in the order of their ids. */
export async function listKeys(
  store: KeyStore,
  place: KeyPlace,
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<{ readonly keys: readonly Key[]; readonly next: string | undefined }> {
  const rows = await tablesOf(store.database)
    .selectFrom('keys_keys')
    .selectAll()
    .where('account_id', '=', place.accountId)
    .where('region', '=', place.region)
    .where('key_id', '>', page.after ?? '')
    .where((where) =>
      where.or([where('delete_at_ms', 'is', null), where('delete_at_ms', '>', store.clock.now())]),
    )
    .orderBy('key_id')
    .limit(page.limit + 1)
    .execute()
  const kept = rows.slice(0, page.limit)
  return {
    keys: kept.map(toKey),
    next: rows.length > page.limit ? kept.at(-1)?.key_id : undefined,
  }
}

/** Writes what `change` gives over a key. Error: `KeyNotFound`, and what `change` throws. */
export async function updateKey(
  store: KeyStore,
  keyId: string,
  change: (key: Key) => Partial<{
    description: string
    enabled: boolean
    deleteAtMs: number | undefined
    policy: string
    rotationDays: number | undefined
    tags: readonly KeyTag[]
  }>,
): Promise<Key> {
  return store.database.transaction(async (tx) => {
    const tables = tablesOf(tx)
    const key = await findKey(store, keyId, tables)
    if (!key) throw KeysErrors.KeyNotFound(`Key '${keyId}' does not exist`)
    const changed = change(key)
    await tables
      .updateTable('keys_keys')
      .set({
        description: changed.description ?? key.description,
        enabled: (changed.enabled ?? key.state === 'Enabled') ? 1 : 0,
        delete_at_ms: ('deleteAtMs' in changed ? changed.deleteAtMs : key.deleteAtMs) ?? null,
        policy: changed.policy ?? key.policy,
        rotation_days:
          ('rotationDays' in changed ? changed.rotationDays : key.rotationDays) ?? null,
        tags: JSON.stringify(changed.tags ?? key.tags),
      })
      .where('key_id', '=', keyId)
      .execute()
    return (await findKey(store, keyId, tables))!
  })
}

/** Destroys the keys whose waiting time is over, their material and aliases with them. */
export async function removeDueKeys(store: KeyStore): Promise<void> {
  const due = await tablesOf(store.database)
    .selectFrom('keys_keys')
    .select('key_id')
    .where('delete_at_ms', '<=', store.clock.now())
    .executeTakeFirst()
  if (!due) return
  await store.database.transaction((tx) => removeDue(tablesOf(tx), store.clock.now()))
}

async function removeDue(tables: Tables, nowMs: number): Promise<void> {
  const due = await tables
    .selectFrom('keys_keys')
    .select('key_id')
    .where('delete_at_ms', '<=', nowMs)
    .execute()
  for (const { key_id: keyId } of due) {
    await tables.deleteFrom('keys_materials').where('key_id', '=', keyId).execute()
    await tables.deleteFrom('keys_aliases').where('key_id', '=', keyId).execute()
    await tables.deleteFrom('keys_keys').where('key_id', '=', keyId).execute()
  }
}

/** When automatic rotation makes new material: counted from the newest one. */
export async function nextRotationMs(store: KeyStore, key: Key): Promise<number | undefined> {
  if (key.rotationDays === undefined) return undefined
  const newest = await newestMaterial(tablesOf(store.database), key.keyId)
  return newest && newest.created_at_ms + key.rotationDays * dayMs
}

export async function newestMaterial(tables: Tables, keyId: string) {
  return tables
    .selectFrom('keys_materials')
    .selectAll()
    .where('key_id', '=', keyId)
    .orderBy('version', 'desc')
    .executeTakeFirst()
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
export function defaultKeyPolicy(accountId: string): string {
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${accountId}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    },
    undefined,
    2,
  )
}

export function keyArn(place: KeyPlace, keyId: string): string {
  return `arn:aws:kms:${place.region}:${place.accountId}:key/${keyId}`
}

function toKey(row: KeyRow): Key {
  const place = { accountId: row.account_id, region: row.region }
  return {
    ...place,
    keyId: row.key_id,
    arn: keyArn(place, row.key_id),
    manager: row.manager as Key['manager'],
    description: row.description,
    state:
      row.delete_at_ms !== null ? 'PendingDeletion' : row.enabled === 1 ? 'Enabled' : 'Disabled',
    createdAtMs: row.created_at_ms,
    deleteAtMs: row.delete_at_ms ?? undefined,
    policy: row.policy,
    rotationDays: row.rotation_days ?? undefined,
    tags: JSON.parse(row.tags) as KeyTag[],
  }
}

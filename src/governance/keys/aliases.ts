import { KeysErrors } from './errors.ts'
import { findKey, insertKey, keyArn, type Key } from './key-records.ts'
import { tablesOf, type KeyPlace, type KeyStore, type Tables } from './store.ts'

export interface Alias extends KeyPlace {
  /** With the prefix: `alias/lake`. */
  readonly name: string
  readonly arn: string
  /** Undefined for an alias of AWS whose key was not yet needed. */
  readonly keyId: string | undefined
  readonly createdAtMs: number | undefined
  readonly updatedAtMs: number | undefined
}

/**
 * Aliases of the keys that AWS manages for its services. Each exists in every account and region; its key is made when it
 * is first asked for.
 */
const awsServices = new Map([
  ['alias/aws/dynamodb', 'DynamoDB'],
  ['alias/aws/ebs', 'EBS'],
  ['alias/aws/glue', 'Glue'],
  ['alias/aws/kinesis', 'Kinesis'],
  ['alias/aws/lambda', 'Lambda'],
  ['alias/aws/rds', 'RDS'],
  ['alias/aws/redshift', 'Redshift'],
  ['alias/aws/s3', 'S3'],
  ['alias/aws/secretsmanager', 'Secrets Manager'],
  ['alias/aws/sns', 'SNS'],
  ['alias/aws/ssm', 'SSM'],
])

/** Errors: `AliasExists`, `KeyStateWrong`. */
export async function createAlias(store: KeyStore, name: string, key: Key): Promise<void> {
  await store.database.transaction(async (tx) => {
    const tables = tablesOf(tx)
    if (await aliasRow(tables, key, name)) {
      throw KeysErrors.AliasExists(`An alias with the name ${aliasArn(key, name)} already exists`)
    }
    await insertAlias(store, tables, name, key)
  })
}

/** Points an alias to another key of the same place. Error: `KeyNotFound`. */
export async function updateAlias(store: KeyStore, name: string, key: Key): Promise<void> {
  await store.database.transaction(async (tx) => {
    const { numUpdatedRows } = await tablesOf(tx)
      .updateTable('keys_aliases')
      .set({ key_id: key.keyId, updated_at_ms: store.clock.now() })
      .where('account_id', '=', key.accountId)
      .where('region', '=', key.region)
      .where('name', '=', name)
      .executeTakeFirst()
    if (numUpdatedRows === 0n) throw aliasNotFound(key, name)
  })
}

/** Error: `KeyNotFound`. */
export async function deleteAlias(store: KeyStore, place: KeyPlace, name: string): Promise<void> {
  await store.database.transaction(async (tx) => {
    const { numDeletedRows } = await tablesOf(tx)
      .deleteFrom('keys_aliases')
      .where('account_id', '=', place.accountId)
      .where('region', '=', place.region)
      .where('name', '=', name)
      .executeTakeFirst()
    if (numDeletedRows === 0n) throw aliasNotFound(place, name)
  })
}

/** Aliases of a place, AWS's own among them, in the order of their names; of one key when it is given. */
export async function listAliases(
  store: KeyStore,
  place: KeyPlace,
  keyId?: string,
): Promise<readonly Alias[]> {
  let query = tablesOf(store.database)
    .selectFrom('keys_aliases')
    .selectAll()
    .where('account_id', '=', place.accountId)
    .where('region', '=', place.region)
  if (keyId !== undefined) query = query.where('key_id', '=', keyId)
  const { accountId, region } = place
  const aliases: Alias[] = (await query.execute()).map((row) => ({
    accountId,
    region,
    name: row.name,
    arn: aliasArn(place, row.name),
    keyId: row.key_id,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }))
  if (keyId === undefined) {
    const present = new Set(aliases.map(({ name }) => name))
    for (const name of awsServices.keys()) {
      if (present.has(name)) continue
      const arn = aliasArn(place, name)
      aliases.push({
        ...place,
        name,
        arn,
        keyId: undefined,
        createdAtMs: undefined,
        updatedAtMs: undefined,
      })
    }
  }
  return aliases.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * The key that is meant by an id, an alias, or the ARN of either. `place` tells where ids and aliases without an ARN are
 * looked for. Error: `KeyNotFound`.
 */
export async function resolveKey(store: KeyStore, place: KeyPlace, name: string): Promise<Key> {
  const parsed = /^arn:aws:kms:([a-z0-9-]+):(\d{12}):(key\/|alias\/)(.+)$/.exec(name)
  if (name.startsWith('arn:') && !parsed) throw KeysErrors.KeyNotFound(`Invalid arn ${name}`)
  const where = parsed ? { region: parsed[1]!, accountId: parsed[2]! } : place
  if (where.region !== place.region) {
    throw KeysErrors.KeyNotFound(`Invalid arn ${where.region}`)
  }
  const alias = parsed?.[3] === 'alias/' ? `alias/${parsed[4]}` : name
  if (alias.startsWith('alias/')) return keyOfAlias(store, where, alias)
  const keyId = parsed ? parsed[4]! : name
  if (!/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(keyId)) {
    throw KeysErrors.KeyNotFound(`Invalid keyId '${keyId}'`)
  }
  const key = await findKey(store, keyId.toLowerCase())
  if (!key || key.accountId !== where.accountId || key.region !== where.region) {
    throw KeysErrors.KeyNotFound(`Key '${keyArn(where, keyId)}' does not exist`)
  }
  return key
}

async function keyOfAlias(store: KeyStore, place: KeyPlace, name: string): Promise<Key> {
  const row = await aliasRow(tablesOf(store.database), place, name)
  const key = row && (await findKey(store, row.key_id))
  if (key) return key
  const service = awsServices.get(name)
  if (service === undefined) throw aliasNotFound(place, name)
  return store.database.transaction(async (tx) => {
    const tables = tablesOf(tx)
    const made = await aliasRow(tables, place, name)
    if (made) return (await findKey(store, made.key_id, tables))!
    const own = await insertKey(store, tables, {
      ...place,
      manager: 'AWS',
      description: `Default key that protects my ${service} data when no other key is defined`,
      policy: undefined,
      tags: [],
    })
    await insertAlias(store, tables, name, own)
    return own
  })
}

async function insertAlias(store: KeyStore, tables: Tables, name: string, key: Key): Promise<void> {
  const nowMs = store.clock.now()
  await tables
    .insertInto('keys_aliases')
    .values({
      account_id: key.accountId,
      region: key.region,
      name,
      key_id: key.keyId,
      created_at_ms: nowMs,
      updated_at_ms: nowMs,
    })
    .execute()
}

async function aliasRow(tables: Tables, place: KeyPlace, name: string) {
  return tables
    .selectFrom('keys_aliases')
    .selectAll()
    .where('account_id', '=', place.accountId)
    .where('region', '=', place.region)
    .where('name', '=', name)
    .executeTakeFirst()
}

function aliasArn(place: KeyPlace, name: string): string {
  return `arn:aws:kms:${place.region}:${place.accountId}:${name}`
}

function aliasNotFound(place: KeyPlace, name: string): Error {
  return KeysErrors.KeyNotFound(`Alias ${aliasArn(place, name)} is not found.`)
}

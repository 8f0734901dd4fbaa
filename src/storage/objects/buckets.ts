import type { Clock } from '#kit'
import type { Database, Transaction, ReadCache } from '#platform/database'
import { findBucketRow, getBucketRow } from './bucket-rows.ts'
import { ObjectErrors } from './errors.ts'
import { limits } from './limits.ts'
import { afterPrefix, isBucketName } from './names.ts'
import type { BucketRow, ObjectTables } from './tables.ts'
import { removeUpload } from './upload-rows.ts'

/** A bucket, as its owner sees it. */
export interface Bucket {
  readonly name: string
  readonly accountId: string
  readonly region: string
  readonly createdMs: number
  readonly versioning: BucketRow['versioning']
  readonly objectLock: boolean
}

export interface CreateBucketInput {
  readonly accountId: string
  readonly region: string
  readonly name: string
  /** Enables versioning too. */
  readonly objectLock?: boolean
  /** Sub-resources to start with: name to JSON. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Buckets: one namespace of names over all accounts. */
export interface Buckets {
  /** Errors: `InvalidBucketName`, `BucketAlreadyOwnedByYou`, `BucketAlreadyExists`, `TooManyBuckets`. */
  create(input: CreateBucketInput): Promise<Bucket>
  /** Errors: `NoSuchBucket`, and `AccessDenied` for a bucket of another account. */
  get(accountId: string, name: string): Promise<Bucket>
  /** The bucket whoever owns it; undefined when there is none. */
  find(name: string): Promise<Bucket | undefined>
  /** Uploads under way are aborted. Errors: those of `get`, `BucketNotEmpty`. */
  delete(accountId: string, name: string): Promise<void>
  /** By name. */
  list(input: {
    readonly accountId: string
    readonly prefix?: string
    readonly region?: string
    readonly after?: string
    readonly limit: number
  }): Promise<readonly Bucket[]>
  /** Errors: those of `get`, `InvalidBucketState`. */
  setVersioning(accountId: string, name: string, state: 'Enabled' | 'Suspended'): Promise<void>
  /** Object lock cannot be taken back. */
  enableObjectLock(accountId: string, name: string): Promise<void>
}

export function createBuckets(options: {
  readonly database: Database
  readonly reads: ReadCache<keyof ObjectTables>
  readonly clock: Clock
  readonly onGarbage: () => void
}): Buckets {
  const { database, reads, clock } = options
  const find = async (name: string) => {
    const row = await findBucketRow(database, name)
    return row && toBucket(row)
  }
  return {
    find,
    get: async (accountId, name) =>
      reads.get(`bucket ${accountId} ${name}`, async () =>
        toBucket(await getBucketRow(database, accountId, name)),
      ),
    create: (input) => database.transaction((tx) => create(tx, input, clock.now())),
    delete: async (accountId, name) => {
      await database.transaction((tx) => remove(tx, accountId, name))
      options.onGarbage()
    },
    list: async (input) => {
      let query = database
        .tables<ObjectTables>()
        .selectFrom('object_buckets')
        .selectAll()
        .where('account_id', '=', input.accountId)
      if (input.prefix) {
        query = query.where('name', '>=', input.prefix)
        const end = afterPrefix(input.prefix)
        if (end !== undefined) query = query.where('name', '<', end)
      }
      if (input.region) query = query.where('region', '=', input.region)
      if (input.after !== undefined) query = query.where('name', '>', input.after)
      return (await query.orderBy('name').limit(input.limit).execute()).map(toBucket)
    },
    setVersioning: (accountId, name, state) =>
      database.transaction(async (tx) => {
        const bucket = await getBucketRow(tx, accountId, name)
        if (bucket.object_lock === 1 && state !== 'Enabled') {
          throw ObjectErrors.InvalidBucketState(
            'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
          )
        }
        await update(tx, name, { versioning: state })
      }),
    enableObjectLock: (accountId, name) =>
      database.transaction(async (tx) => {
        const bucket = await getBucketRow(tx, accountId, name)
        if (bucket.versioning !== 'Enabled') {
          throw ObjectErrors.InvalidBucketState(
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
          )
        }
        await update(tx, name, { object_lock: 1 })
      }),
  }
}

async function create(tx: Transaction, input: CreateBucketInput, nowMs: number): Promise<Bucket> {
  const { name, accountId } = input
  if (!isBucketName(name)) {
    throw ObjectErrors.InvalidBucketName('The specified bucket is not valid.', { BucketName: name })
  }
  const there = await findBucketRow(tx, name)
  if (there) throw alreadyThere(there, accountId)
  const db = tx.tables<ObjectTables>()
  const { count } = await db
    .selectFrom('object_buckets')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow()
  if (Number(count) >= limits.bucketsPerAccountMax) {
    throw ObjectErrors.TooManyBuckets('You have attempted to create more buckets than allowed')
  }
  const row: BucketRow = {
    name,
    account_id: accountId,
    region: input.region,
    created_ms: Math.floor(nowMs / 1000) * 1000,
    versioning: input.objectLock ? 'Enabled' : '',
    object_lock: input.objectLock ? 1 : 0,
    sends_events: 0,
  }
  await db.insertInto('object_buckets').values(row).execute()
  for (const [setting, value] of Object.entries(input.settings ?? {})) {
    await db
      .insertInto('object_bucket_settings')
      .values({ bucket: name, name: setting, id: '', value })
      .execute()
  }
  return toBucket(row)
}

function alreadyThere(there: BucketRow, accountId: string): Error {
  const details = { BucketName: there.name, region: there.region }
  return there.account_id === accountId
    ? ObjectErrors.BucketAlreadyOwnedByYou(
        'Your previous request to create the named bucket succeeded and you already own it.',
        details,
      )
    : ObjectErrors.BucketAlreadyExists(
        'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
        details,
      )
}

async function remove(tx: Transaction, accountId: string, name: string): Promise<void> {
  await getBucketRow(tx, accountId, name)
  const db = tx.tables<ObjectTables>()
  const version = await db
    .selectFrom('object_versions')
    .select('key')
    .where('bucket', '=', name)
    .limit(1)
    .executeTakeFirst()
  if (version) {
    throw ObjectErrors.BucketNotEmpty('The bucket you tried to delete is not empty', {
      BucketName: name,
    })
  }
  const uploads = await db
    .selectFrom('object_uploads')
    .select(['bucket', 'key', 'upload_id'])
    .where('bucket', '=', name)
    .execute()
  for (const upload of uploads) await removeUpload(tx, upload)
  await db.deleteFrom('object_bucket_settings').where('bucket', '=', name).execute()
  await db.deleteFrom('object_buckets').where('name', '=', name).execute()
}

async function update(tx: Transaction, name: string, values: Partial<BucketRow>): Promise<void> {
  await tx
    .tables<ObjectTables>()
    .updateTable('object_buckets')
    .set(values)
    .where('name', '=', name)
    .execute()
}

function toBucket(row: BucketRow): Bucket {
  return {
    name: row.name,
    accountId: row.account_id,
    region: row.region,
    createdMs: row.created_ms,
    versioning: row.versioning,
    objectLock: row.object_lock === 1,
  }
}

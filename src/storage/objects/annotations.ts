import { sql } from 'kysely'
import type { Clock } from '#kit'
import type { Database, Transaction } from '#platform/database'
import { getBucketRow } from './bucket-rows.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import type { Digested } from './digest.ts'
import { sealUnder, unsealUnder, type ObjectEncryption } from './encryption/object-encryption.ts'
import { ObjectErrors } from './errors.ts'
import { findVersion } from './finding.ts'
import { limits } from './limits.ts'
import { afterPrefix } from './names.ts'
import { tellOf, type Cause } from './notifications/object-event.ts'
import type { ObjectRef } from './objects.ts'
import type { AnnotationRow, ObjectTables, VersionRow } from './tables.ts'

/** What is told of an annotation beside its payload. */
export type Annotation = Omit<AnnotationRow, 'payload'>

export interface PutAnnotation {
  readonly name: string
  readonly payload: Uint8Array
  readonly digested: Digested
  readonly algorithm: ChecksumAlgorithm
  readonly ifMatch?: string | undefined
  readonly cause?: Cause | undefined
}

/**
 * Named texts at versions of objects: https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html. They go with their
 * version, and are sealed with its data key when that is encrypted. Errors of all: those of finding the version.
 */
export interface Annotations {
  /** Replaces the one of that name. Errors: `InvalidAnnotationName`, `AnnotationNameTooLong`, `AnnotationLimitExceeded`, `PreconditionFailed`, `AccessDenied` (locked), `InvalidRequest` (SSE-C). */
  put(ref: ObjectRef, input: PutAnnotation): Promise<{ row: VersionRow; annotation: Annotation }>
  /** Error: `NoSuchAnnotation`. */
  get(
    ref: ObjectRef,
    name: string,
  ): Promise<{ row: VersionRow; annotation: Annotation; payload: Uint8Array }>
  /** By name. */
  list(
    ref: ObjectRef,
    page: { readonly prefix: string; readonly after?: string; readonly limit: number },
  ): Promise<{ row: VersionRow; annotations: readonly Annotation[] }>
  /** Deleting what is not there is no error. Errors: `PreconditionFailed`, `AccessDenied` (locked). */
  delete(
    ref: ObjectRef,
    name: string,
    how: { readonly ifMatch?: string | undefined; readonly cause?: Cause | undefined },
  ): Promise<VersionRow>
}

interface Parts {
  readonly database: Database
  readonly clock: Clock
  readonly encryption: ObjectEncryption
}

export function createAnnotations(parts: Parts): Annotations {
  const { database, clock } = parts
  return {
    put: (ref, input) => put(parts, ref, input),
    get: async (ref, name) => {
      const row = await findVersion(database, ref)
      const found = await at(database.tables<ObjectTables>().selectFrom('object_annotations'), row)
        .selectAll()
        .where('name', '=', name)
        .executeTakeFirst()
      if (!found) {
        throw ObjectErrors.NoSuchAnnotation('The specified annotation does not exist.', {
          AnnotationName: name,
        })
      }
      const { payload, ...annotation } = found
      const dataKey = await parts.encryption.dataKeyOf(row)
      const plain = dataKey ? unsealUnder(dataKey, Buffer.from(payload)) : payload
      return { row, annotation, payload: plain }
    },
    list: async (ref, { prefix, after, limit }) => {
      const row = await findVersion(database, ref)
      if (row.annotations === 0) return { row, annotations: [] }
      let query = at(database.tables<ObjectTables>().selectFrom('object_annotations'), row)
        .select(told)
        .where('name', '>=', prefix)
      const end = afterPrefix(prefix)
      if (end !== undefined) query = query.where('name', '<', end)
      if (after !== undefined) query = query.where('name', '>', after)
      return { row, annotations: await query.orderBy('name').limit(limit).execute() }
    },
    delete: (ref, name, { ifMatch, cause }) =>
      database.transaction(async (tx) => {
        const row = await findVersion(tx, ref)
        const nowMs = clock.now()
        checkMatch(row, ifMatch)
        const { numDeletedRows } = await at(
          tx.tables<ObjectTables>().deleteFrom('object_annotations'),
          row,
        )
          .where('name', '=', name)
          .executeTakeFirst()
        if (numDeletedRows === 0n) return row
        checkUnlocked(row, nowMs)
        await count(tx, row, -1)
        await tell(tx, ref, row, { name: 'ObjectAnnotation:Delete', cause, nowMs })
        return row
      }),
  }
}

const told = [
  'bucket',
  'key',
  'age_rank',
  'name',
  'size_bytes',
  'etag',
  'checksum_algorithm',
  'checksum_value',
  'last_modified_ms',
] as const

async function put(
  parts: Parts,
  ref: ObjectRef,
  input: PutAnnotation,
): Promise<{ row: VersionRow; annotation: Annotation }> {
  const { database, clock } = parts
  const { name, payload, digested, algorithm } = input
  checkName(name)
  const seen = await findVersion(database, ref)
  const dataKey = await parts.encryption.dataKeyOf(seen)
  const bytes = dataKey ? sealUnder(dataKey, payload) : payload
  return database.transaction(async (tx) => {
    const row = await findVersion(tx, ref)
    checkMatch(row, input.ifMatch)
    if (row.age_rank !== seen.age_rank) {
      throw ObjectErrors.PreconditionFailed('The object was replaced at the same time.')
    }
    const nowMs = clock.now()
    const annotation: Annotation = {
      bucket: row.bucket,
      key: row.key,
      age_rank: row.age_rank,
      name,
      size_bytes: payload.byteLength,
      etag: digested.md5,
      checksum_algorithm: algorithm,
      checksum_value: digested.checksums[algorithm]!,
      last_modified_ms: Math.floor(nowMs / 1000) * 1000,
    }
    const db = tx.tables<ObjectTables>()
    const { numDeletedRows: replaced } = await at(db.deleteFrom('object_annotations'), row)
      .where('name', '=', name)
      .executeTakeFirst()
    if (replaced > 0n) checkUnlocked(row, nowMs)
    await checkRoom(tx, row, payload.byteLength, replaced > 0n)
    await db
      .insertInto('object_annotations')
      .values({ ...annotation, payload: bytes })
      .execute()
    if (replaced === 0n) await count(tx, row, 1)
    await tell(tx, ref, row, { name: 'ObjectAnnotation:Put', cause: input.cause, nowMs })
    return { row, annotation }
  })
}

/** The annotations of a version that is copied, sealed anew: `from` and `to` are the data keys of what is encrypted. */
export async function annotationsToCopy(
  database: Database,
  source: VersionRow,
  keys: { readonly from: Uint8Array | undefined; readonly to: Uint8Array | undefined },
): Promise<readonly AnnotationRow[]> {
  const db = database.tables<ObjectTables>()
  const rows = await at(db.selectFrom('object_annotations'), source).selectAll().execute()
  return rows.map((row) => {
    const plain = keys.from ? unsealUnder(keys.from, Buffer.from(row.payload)) : row.payload
    return { ...row, payload: keys.to ? sealUnder(keys.to, plain) : plain }
  })
}

/** Gives copied annotations to the version that is being made. */
export async function insertAnnotations(
  tx: Transaction,
  { bucket, key, age_rank }: VersionRow,
  rows: readonly AnnotationRow[],
): Promise<void> {
  for (const row of rows) {
    await tx
      .tables<ObjectTables>()
      .insertInto('object_annotations')
      .values({ ...row, bucket, key, age_rank })
      .execute()
  }
  if (rows.length > 0) await count(tx, { bucket, key, age_rank }, rows.length)
}

/** Takes away what stands at a version that goes. */
export async function discardAnnotations(tx: Transaction, row: Place): Promise<void> {
  await at(tx.tables<ObjectTables>().deleteFrom('object_annotations'), row).execute()
}

/** Letters, digits, underscores, periods and hyphens: https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-managing.html */
function checkName(name: string): void {
  if (Buffer.byteLength(name) > limits.annotationNameBytesMax) {
    throw ObjectErrors.AnnotationNameTooLong('The annotation name is too long.', {
      AnnotationName: name,
      MaxSizeAllowed: limits.annotationNameBytesMax,
    })
  }
  if (!/^[\p{L}\p{M}\p{N}_.-]+$/u.test(name) || /^(?:aws|s3)/i.test(name)) {
    throw ObjectErrors.InvalidAnnotationName('The annotation name you provided is invalid.', {
      AnnotationName: name,
    })
  }
}

function checkMatch(row: VersionRow, ifMatch: string | undefined): void {
  if (ifMatch === undefined || ifMatch === '*' || ifMatch.replaceAll('"', '') === row.etag) return
  throw ObjectErrors.PreconditionFailed(
    'At least one of the pre-conditions you specified did not hold',
    { Condition: 'x-amz-object-if-match' },
  )
}

function checkUnlocked(row: VersionRow, nowMs: number): void {
  const isRetained = row.lock_until_ms !== null && row.lock_until_ms > nowMs
  if (row.legal_hold === 1 || isRetained) {
    throw ObjectErrors.AccessDenied('Access Denied because object protected by object lock.')
  }
}

async function checkRoom(
  tx: Transaction,
  row: VersionRow,
  sizeBytes: number,
  replaces: boolean,
): Promise<void> {
  const { total } = await at(tx.tables<ObjectTables>().selectFrom('object_annotations'), row)
    .select(sql<number>`coalesce(sum(size_bytes), 0)`.as('total'))
    .executeTakeFirstOrThrow()
  const isFull = !replaces && row.annotations >= limits.annotationsMax
  if (!isFull && total + sizeBytes <= limits.annotationsBytesMax) return
  throw ObjectErrors.AnnotationLimitExceeded(
    'The request would exceed the maximum number of annotations allowed per object.',
  )
}

type Place = Pick<VersionRow, 'bucket' | 'key' | 'age_rank'>

async function count(tx: Transaction, row: Place, change: number): Promise<void> {
  await at(tx.tables<ObjectTables>().updateTable('object_versions'), row)
    .set({ annotations: sql`annotations + ${change}` })
    .execute()
}

async function tell(
  tx: Transaction,
  ref: ObjectRef,
  row: VersionRow,
  event: { readonly name: string; readonly cause: Cause | undefined; readonly nowMs: number },
): Promise<void> {
  await tellOf(tx, await getBucketRow(tx, ref.accountId, ref.bucket), { ...event, object: row })
}

/** The rows of one version. */
function at<Query extends { where(column: never, operator: never, value: never): unknown }>(
  query: Query,
  row: Place,
): Query {
  const narrow = query as unknown as {
    where(column: string, operator: '=', value: unknown): typeof narrow
  }
  return narrow
    .where('bucket', '=', row.bucket)
    .where('key', '=', row.key)
    .where('age_rank', '=', row.age_rank) as unknown as Query
}

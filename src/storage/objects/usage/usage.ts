import { sql } from 'kysely'
import type { Database } from '#platform/database'
import type { ObjectTables, UsageRow } from '../tables.ts'
import { countedAnew } from './usage-tables.ts'

/** What a storage class holds of a bucket. */
export interface ClassUsage {
  readonly storageClass: string
  /** Current objects, and their bytes. */
  readonly objects: number
  readonly bytes: number
  /** Versions that are not current. */
  readonly noncurrentVersions: number
  readonly noncurrentBytes: number
}

export interface BucketUsage {
  readonly bucket: string
  readonly objects: number
  readonly bytes: number
  readonly noncurrentVersions: number
  readonly noncurrentBytes: number
  readonly deleteMarkers: number
  /** Multipart uploads that are under way, and the parts that have come. */
  readonly uploads: number
  readonly uploadBytes: number
  readonly classes: readonly ClassUsage[]
}

/** The figures of an account's buckets, by name: as they are, for the cost of a few rows each. */
export async function usageOf(database: Database, accountId: string): Promise<BucketUsage[]> {
  const db = database.tables<ObjectTables>()
  const buckets = await db
    .selectFrom('object_buckets')
    .select('name')
    .where('account_id', '=', accountId)
    .orderBy('name')
    .execute()
  const rows = await db
    .selectFrom('object_usage')
    .innerJoin('object_buckets', 'object_buckets.name', 'object_usage.bucket')
    .selectAll('object_usage')
    .where('object_buckets.account_id', '=', accountId)
    .orderBy('storage_class')
    .execute()
  const uploads = await db
    .selectFrom('object_uploads')
    .innerJoin('object_buckets', 'object_buckets.name', 'object_uploads.bucket')
    .leftJoin('object_parts', 'object_parts.upload_id', 'object_uploads.upload_id')
    .select((select) => [
      'object_uploads.bucket',
      select.fn.count<number>('object_uploads.upload_id').distinct().as('count'),
      select.fn.sum<number | null>('object_parts.size_bytes').as('bytes'),
    ])
    .where('object_buckets.account_id', '=', accountId)
    .groupBy('object_uploads.bucket')
    .execute()
  const byBucket = Map.groupBy(rows, (row) => row.bucket)
  const uploadsBy = new Map(uploads.map((row) => [row.bucket, row]))
  return buckets.map(({ name }) => summed(name, byBucket.get(name) ?? [], uploadsBy.get(name)))
}

function summed(
  bucket: string,
  rows: readonly UsageRow[],
  uploads: { readonly count: number; readonly bytes: number | null } | undefined,
): BucketUsage {
  const sum = (
    figure: 'objects' | 'object_bytes' | 'noncurrent' | 'noncurrent_bytes' | 'delete_markers',
  ) => rows.reduce((total, row) => total + row[figure], 0)
  return {
    bucket,
    objects: sum('objects'),
    bytes: sum('object_bytes'),
    noncurrentVersions: sum('noncurrent'),
    noncurrentBytes: sum('noncurrent_bytes'),
    deleteMarkers: sum('delete_markers'),
    uploads: uploads?.count ?? 0,
    uploadBytes: uploads?.bytes ?? 0,
    classes: rows
      .filter((row) => row.objects + row.noncurrent > 0)
      .map((row) => ({
        storageClass: row.storage_class,
        objects: row.objects,
        bytes: row.object_bytes,
        noncurrentVersions: row.noncurrent,
        noncurrentBytes: row.noncurrent_bytes,
      })),
  }
}

/**
 * Counts everything anew, and says for which buckets the figures were wrong; `repair` puts the right ones in their place. For a store at
 * rest: it goes through every version.
 */
export async function recountUsage(database: Database, repair: boolean): Promise<string[]> {
  const known = await database
    .tables<ObjectTables>()
    .selectFrom('object_usage')
    .selectAll()
    .execute()
  const counted = await sql.raw<UsageRow>(countedAnew).execute(database.tables<ObjectTables>())
  const right = new Set(counted.rows.map(textOf))
  const wrong = new Set<string>()
  const isEmpty = (row: UsageRow) => row.objects + row.noncurrent + row.delete_markers === 0
  for (const row of known) if (!right.delete(textOf(row)) && !isEmpty(row)) wrong.add(row.bucket)
  for (const text of right) wrong.add((JSON.parse(text) as [string])[0])
  if (repair && wrong.size > 0) {
    await database.transaction(async (tx) => {
      const db = tx.tables<ObjectTables>()
      await db.deleteFrom('object_usage').execute()
      await sql.raw(`insert into object_usage ${countedAnew}`).execute(db)
    })
  }
  return [...wrong].sort()
}

function textOf(row: UsageRow): string {
  return JSON.stringify([
    row.bucket,
    row.storage_class,
    row.objects,
    row.object_bytes,
    row.noncurrent,
    row.noncurrent_bytes,
    row.delete_markers,
  ])
}

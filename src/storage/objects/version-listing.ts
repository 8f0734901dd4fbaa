import { sql, type Kysely } from 'kysely'
import { commonPrefix } from './listing.ts'
import { afterPrefix } from './names.ts'
import type { ObjectTables, VersionRow } from './tables.ts'
import { nullVersionId, rankOf } from './version-ids.ts'

export interface ListVersionsInput {
  readonly bucket: string
  readonly prefix: string
  readonly delimiter?: string
  readonly keyMarker?: string
  /** Goes on behind this version of `keyMarker`; without it, behind the whole key. */
  readonly versionIdMarker?: string
  readonly limit: number
}

export type VersionEntry =
  | { readonly prefix: string; readonly row?: undefined }
  | { readonly prefix?: undefined; readonly row: VersionRow }

const batchRows = 200
const rankMax = Number.MAX_SAFE_INTEGER

/** Every version and delete marker under a prefix: by key, the newest first. */
export async function listVersions(
  db: Kysely<ObjectTables>,
  input: ListVersionsInput,
): Promise<{ readonly entries: readonly VersionEntry[]; readonly truncated: boolean }> {
  const { prefix, delimiter, limit } = input
  const entries: VersionEntry[] = []
  if (limit === 0) return { entries, truncated: false }
  let from = await startOf(db, input)
  for (;;) {
    if (from === undefined) return { entries, truncated: false }
    const rows = await page(db, input.bucket, prefix, from)
    let skipped: string | undefined
    for (const row of rows) {
      if (skipped !== undefined && row.key.startsWith(skipped)) continue
      if (entries.length === limit) return { entries, truncated: true }
      const common = commonPrefix(row.key, prefix, delimiter)
      if (common === undefined) entries.push({ row })
      else entries.push({ prefix: common })
      skipped = common
    }
    if (rows.length < batchRows) return { entries, truncated: false }
    const last: VersionRow = rows.at(-1)!
    from = skipped === undefined ? { key: last.key, rank: last.age_rank } : behind(skipped)
  }
}

/** Rows strictly after this key and rank. */
interface From {
  readonly key: string
  readonly rank: number
}

function behind(prefix: string): From | undefined {
  const key = afterPrefix(prefix)
  return key === undefined ? undefined : { key, rank: -1 }
}

async function startOf(
  db: Kysely<ObjectTables>,
  input: ListVersionsInput,
): Promise<From | undefined> {
  const { prefix, delimiter, keyMarker, versionIdMarker } = input
  if (!keyMarker || Buffer.compare(Buffer.from(keyMarker), Buffer.from(prefix)) < 0) {
    return { key: prefix, rank: -1 }
  }
  if (!versionIdMarker) {
    return keyMarker.startsWith(prefix) && commonPrefix(keyMarker, prefix, delimiter) === keyMarker
      ? behind(keyMarker)
      : { key: keyMarker, rank: rankMax }
  }
  if (versionIdMarker !== nullVersionId) {
    return { key: keyMarker, rank: rankOf(versionIdMarker) ?? -1 }
  }
  const row = await db
    .selectFrom('object_versions')
    .select('age_rank')
    .where('bucket', '=', input.bucket)
    .where('key', '=', keyMarker)
    .where('version_id', '=', nullVersionId)
    .executeTakeFirst()
  // The marker's row may be gone by now: rather name a version twice than leave one out.
  return { key: keyMarker, rank: row?.age_rank ?? -1 }
}

async function page(
  db: Kysely<ObjectTables>,
  bucket: string,
  prefix: string,
  from: From,
): Promise<VersionRow[]> {
  const end = afterPrefix(prefix)
  let query = db
    .selectFrom('object_versions')
    .selectAll()
    .where('bucket', '=', bucket)
    .where(sql<boolean>`(key, age_rank) > (${from.key}, ${from.rank})`)
  if (end !== undefined) query = query.where('key', '<', end)
  return query.orderBy('key').orderBy('age_rank').limit(batchRows).execute()
}

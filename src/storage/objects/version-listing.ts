import { sql, type Kysely } from 'kysely'
import {
  behindPrefix,
  isBefore,
  isCommonPrefix,
  listGrouped,
  type GroupedPage,
} from './grouped-listing.ts'
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

/** Rows strictly after this key and rank. */
interface From {
  readonly key: string
  readonly rank: number
}

const rankMax = Number.MAX_SAFE_INTEGER
const before = (key: string): From => ({ key, rank: -1 })

/** Every version and delete marker under a prefix: by key, the newest first. */
export async function listVersions(
  db: Kysely<ObjectTables>,
  input: ListVersionsInput,
): Promise<GroupedPage<VersionRow>> {
  if (input.limit === 0) return { entries: [], truncated: false }
  return listGrouped(input, {
    start: await startOf(db, input),
    page: (from, limit) => page(db, input, from, limit),
    behind: (row) => ({ key: row.key, rank: row.age_rank }),
    before,
  })
}

async function startOf(
  db: Kysely<ObjectTables>,
  input: ListVersionsInput,
): Promise<From | undefined> {
  const { prefix, keyMarker, versionIdMarker } = input
  if (!keyMarker || isBefore(keyMarker, prefix)) return before(prefix)
  if (!versionIdMarker) {
    return isCommonPrefix(keyMarker, input)
      ? behindPrefix(keyMarker, { before })
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

function page(
  db: Kysely<ObjectTables>,
  { bucket, prefix }: ListVersionsInput,
  from: From,
  limit: number,
): Promise<VersionRow[]> {
  const end = afterPrefix(prefix)
  let query = db
    .selectFrom('object_versions')
    .selectAll()
    .where('bucket', '=', bucket)
    .where(sql<boolean>`(key, age_rank) > (${from.key}, ${from.rank})`)
  if (end !== undefined) query = query.where('key', '<', end)
  return query.orderBy('key').orderBy('age_rank').limit(limit).execute()
}

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

export interface ListCurrentInput {
  readonly bucket: string
  readonly prefix: string
  readonly delimiter?: string
  /** Entries strictly after this key, or after this common prefix and all under it. */
  readonly after?: string
  readonly limit: number
}

export type CurrentPage = GroupedPage<VersionRow>

interface From {
  readonly key: string
  readonly inclusive: boolean
}

const before = (key: string): From => ({ key, inclusive: true })

/** Current objects under a prefix, in key order. */
export function listCurrent(
  db: Kysely<ObjectTables>,
  input: ListCurrentInput,
): Promise<CurrentPage> {
  return listGrouped(input, {
    start: startOf(input),
    page: (from, limit) => page(db, input, from, limit),
    behind: (row) => ({ key: row.key, inclusive: false }),
    before,
  })
}

function startOf(input: ListCurrentInput): From | undefined {
  const { prefix, after } = input
  if (!after || isBefore(after, prefix)) return before(prefix)
  if (isCommonPrefix(after, input)) return behindPrefix(after, { before })
  return { key: after, inclusive: false }
}

function page(
  db: Kysely<ObjectTables>,
  { bucket, prefix }: ListCurrentInput,
  from: From,
  limit: number,
): Promise<VersionRow[]> {
  const end = afterPrefix(prefix)
  let query = db
    .selectFrom('object_versions')
    .selectAll()
    .where('bucket', '=', bucket)
    .where('key', from.inclusive ? '>=' : '>', from.key)
    // Written out, so that the partial index of current objects serves.
    .where(sql<boolean>`is_latest = 1 and delete_marker = 0`)
  if (end !== undefined) query = query.where('key', '<', end)
  return query.orderBy('key').limit(limit).execute()
}

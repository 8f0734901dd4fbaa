import { sql, type Kysely } from 'kysely'
import { prepared, type Statements } from '#platform/database'
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

type Reads = Pick<Statements, 'dialect' | 'tables' | 'rows'>

/** Current objects under a prefix, in key order. */
export function listCurrent(db: Reads, input: ListCurrentInput): Promise<CurrentPage> {
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

async function page(
  db: Reads,
  { bucket, prefix }: ListCurrentInput,
  from: From,
  limit: number,
): Promise<readonly VersionRow[]> {
  const end = afterPrefix(prefix)
  const known = end === undefined ? undefined : pages.get(`${limit} ${from.inclusive}`)
  if (known && end !== undefined) return known(db, bucket, from.key, end)
  const query = rowsFrom(db.tables<ObjectTables>(), bucket, from)
  return (end === undefined ? query : query.where('key', '<', end)).limit(limit).execute()
}

/** A full page, as most that list ask for it, and a step over a common prefix: to write their SQL anew costs as much as to read a page. */
const pages = new Map(
  [1, 64, 1001].flatMap((limit) =>
    [true, false].map(
      (inclusive) => [`${limit} ${inclusive}`, preparedPage(limit, inclusive)] as const,
    ),
  ),
)

function preparedPage(limit: number, inclusive: boolean) {
  return prepared((db: Kysely<ObjectTables>, bucket: string, key: string, end: string) =>
    rowsFrom(db, bucket, { key, inclusive })
      .where('key', '<', end)
      // Where it is bound, SQLite compiles the statement again.
      .limit(sql.lit(limit)),
  )
}

function rowsFrom(db: Kysely<ObjectTables>, bucket: string, from: From) {
  return (
    db
      .selectFrom('object_versions')
      .selectAll()
      .where('bucket', '=', bucket)
      .where('key', from.inclusive ? '>=' : '>', from.key)
      // Written out, so that the partial index of current objects serves.
      .where(sql<boolean>`is_latest = 1 and delete_marker = 0`)
      .orderBy('key')
  )
}

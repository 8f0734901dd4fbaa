import { sql, type Kysely } from 'kysely'
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

export interface CurrentPage {
  /** Objects and common prefixes as one sequence, in order. */
  readonly entries: readonly ListEntry[]
  readonly truncated: boolean
}

export type ListEntry =
  | { readonly prefix: string; readonly row?: undefined }
  | { readonly prefix?: undefined; readonly row: VersionRow }

/** Rows fetched at a time when keys may collapse into common prefixes. */
const delimitedBatch = 64

/**
 * Current objects under a prefix, in key order. Costs what the page holds: after a common prefix the scan goes on
 * behind its last key, whatever number of keys it has.
 */
export async function listCurrent(
  db: Kysely<ObjectTables>,
  input: ListCurrentInput,
): Promise<CurrentPage> {
  const { prefix, delimiter, limit } = input
  const entries: ListEntry[] = []
  if (limit === 0) return { entries, truncated: false }
  let from = startOf(input)
  let batch = delimiter ? delimitedBatch : limit + 1
  for (;;) {
    if (from === undefined) return { entries, truncated: false }
    const rows = await page(db, input.bucket, prefix, from, batch)
    let skipped: string | undefined
    for (const row of rows) {
      if (skipped !== undefined && row.key.startsWith(skipped)) continue
      if (entries.length === limit) return { entries, truncated: true }
      const common = commonPrefix(row.key, prefix, delimiter)
      if (common === undefined) entries.push({ row })
      else entries.push({ prefix: common })
      skipped = common
    }
    if (rows.length < batch) return { entries, truncated: false }
    from = skipped === undefined ? { key: rows.at(-1)!.key, inclusive: false } : behind(skipped)
    // Behind one common prefix there is most often another: one row tells.
    if (delimiter) batch = skipped === undefined ? delimitedBatch : 1
  }
}

/** `prefix` up to and with the first delimiter after it; undefined when there is none. */
export function commonPrefix(
  key: string,
  prefix: string,
  delimiter: string | undefined,
): string | undefined {
  if (!delimiter) return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

interface From {
  readonly key: string
  readonly inclusive: boolean
}

function behind(prefix: string): From | undefined {
  const key = afterPrefix(prefix)
  return key === undefined ? undefined : { key, inclusive: true }
}

function startOf({ prefix, delimiter, after }: ListCurrentInput): From | undefined {
  if (after === undefined || after === '') return { key: prefix, inclusive: true }
  if (Buffer.compare(Buffer.from(after), Buffer.from(prefix)) < 0) {
    return { key: prefix, inclusive: true }
  }
  if (after.startsWith(prefix) && commonPrefix(after, prefix, delimiter) === after) {
    return behind(after)
  }
  return { key: after, inclusive: false }
}

async function page(
  db: Kysely<ObjectTables>,
  bucket: string,
  prefix: string,
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

import { afterPrefix } from './names.ts'

/** A row, or all under one common prefix. */
export type Grouped<Row> =
  | { readonly prefix: string; readonly row?: undefined }
  | { readonly prefix?: undefined; readonly row: Row }

export interface GroupedPage<Row> {
  /** Rows and common prefixes as one sequence, in order. */
  readonly entries: readonly Grouped<Row>[]
  readonly truncated: boolean
}

/** How rows are read in the order of their keys; `From` is a place between two of them. */
export interface Walk<Row, From> {
  /** Undefined when nothing can lie behind it. */
  readonly start: From | undefined
  readonly page: (from: From, limit: number) => Promise<readonly Row[]>
  readonly behind: (row: Row) => From
  /** Before the first row of this key. */
  readonly before: (key: string) => From
}

/** Rows fetched at a time when keys may collapse into common prefixes. */
const delimitedBatch = 64

/**
 * Rows under a prefix, those whose keys have the delimiter further on collapsed into common prefixes. Costs what the page holds: after a
 * common prefix the walk goes on behind its last key, whatever number of keys it has.
 */
export async function listGrouped<Row extends { readonly key: string }, From>(
  input: { readonly prefix: string; readonly delimiter?: string; readonly limit: number },
  walk: Walk<Row, From>,
): Promise<GroupedPage<Row>> {
  const { prefix, delimiter, limit } = input
  const entries: Grouped<Row>[] = []
  if (limit === 0) return { entries, truncated: false }
  let from = walk.start
  let batch = delimiter ? delimitedBatch : limit + 1
  for (;;) {
    if (from === undefined) return { entries, truncated: false }
    const rows = await walk.page(from, batch)
    let skipped: string | undefined
    for (const row of rows) {
      if (skipped !== undefined && row.key.startsWith(skipped)) continue
      if (entries.length === limit) return { entries, truncated: true }
      skipped = commonPrefix(row.key, prefix, delimiter)
      entries.push(skipped === undefined ? { row } : { prefix: skipped })
    }
    if (rows.length < batch) return { entries, truncated: false }
    from = skipped === undefined ? walk.behind(rows.at(-1)!) : behindPrefix(skipped, walk)
    // Behind one common prefix there is most often another: one row tells.
    if (delimiter) batch = skipped === undefined ? delimitedBatch : 1
  }
}

/** Behind everything under a prefix; undefined when nothing can lie there. */
export function behindPrefix<From>(
  prefix: string,
  { before }: Pick<Walk<unknown, From>, 'before'>,
): From | undefined {
  const key = afterPrefix(prefix)
  return key === undefined ? undefined : before(key)
}

/** Whether a marker is itself a common prefix of the listing, so that all under it has been told. */
export function isCommonPrefix(
  marker: string,
  { prefix, delimiter }: { readonly prefix: string; readonly delimiter?: string },
): boolean {
  return marker.startsWith(prefix) && commonPrefix(marker, prefix, delimiter) === marker
}

/** Whether a marker lies before everything under a prefix. */
export function isBefore(marker: string, prefix: string): boolean {
  return Buffer.compare(Buffer.from(marker), Buffer.from(prefix)) < 0
}

/** `prefix` up to and with the first delimiter after it; undefined when there is none. */
function commonPrefix(
  key: string,
  prefix: string,
  delimiter: string | undefined,
): string | undefined {
  if (!delimiter) return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}

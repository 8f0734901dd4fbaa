import { QueryErrors } from './errors.ts'
import type { Page, PageInput } from './records.ts'

/** A token that names the last item of a page. It means the same after a restart. */
export function encodeToken(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** The position in a token, with as many parts as given. */
export function decodeToken(
  token: string | undefined,
  kinds: readonly ('string' | 'number')[],
): (string | number)[] | undefined {
  if (token === undefined) return undefined
  try {
    const parts = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown
    const fits =
      Array.isArray(parts) &&
      parts.length === kinds.length &&
      parts.every((part, index) => typeof part === kinds[index])
    if (fits) return parts as (string | number)[]
  } catch {
    // Not a token of ours.
  }
  throw QueryErrors.InvalidQueryRequest('Next token is invalid')
}

/** A page from one row more than asked for. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => readonly (string | number)[],
  map: (row: Row) => T,
): Page<T> {
  const kept = rows.slice(0, limit)
  const nextToken = rows.length > limit ? encodeToken(position(kept.at(-1)!)) : undefined
  return { items: kept.map(map), nextToken }
}

/** A page by names; `rowsAfter` gives at most so many of those behind a name, in their order. */
export async function pageByName<Row extends { readonly name: string }, T>(
  { limit, nextToken }: PageInput,
  rowsAfter: (name: string, countMax: number) => Promise<readonly Row[]>,
  map: (row: Row) => T,
): Promise<Page<T>> {
  const [after] = decodeToken(nextToken, ['string']) ?? ['']
  const rows = await rowsAfter(String(after), limit + 1)
  return pageOf(rows, limit, (row) => [row.name], map)
}

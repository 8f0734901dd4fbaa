import { CatalogErrors } from './errors.ts'
import type { Page, PageInput } from './records.ts'

/** A token that names the last item of a page: it means the same after a restart. */
export function encodeToken(position: string | number): string {
  return Buffer.from(JSON.stringify([position])).toString('base64url')
}

/** The position in a token; undefined for the first page. */
export function decodeToken(token: string | undefined): string | number | undefined {
  if (token === undefined || token === '') return undefined
  try {
    const [position] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[]
    if (typeof position === 'string' || typeof position === 'number') return position
  } catch {
    // Falls through: whatever it was, it is not a token of ours.
  }
  throw CatalogErrors.InvalidInput('Invalid token.')
}

export function textPosition(token: string | undefined): string | undefined {
  const position = decodeToken(token)
  if (typeof position === 'number') throw CatalogErrors.InvalidInput('Invalid token.')
  return position
}

export function numberPosition(token: string | undefined): number | undefined {
  const position = decodeToken(token)
  if (typeof position === 'string') throw CatalogErrors.InvalidInput('Invalid token.')
  return position
}

export function checkPage(page: PageInput): void {
  if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > 1000) {
    throw CatalogErrors.InvalidInput('MaxResults must be between 1 and 1000.')
  }
}

/** A page from one row more than asked for. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  limit: number,
  position: (row: Row) => string | number,
  map: (row: Row) => T,
): Page<T> {
  const kept = rows.slice(0, limit)
  const more = rows.length > limit
  return { items: kept.map(map), nextToken: more ? encodeToken(position(kept.at(-1)!)) : undefined }
}

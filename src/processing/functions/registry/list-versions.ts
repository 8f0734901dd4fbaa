import { FunctionErrors } from '../errors.ts'
import type { FunctionPage, FunctionScope, FunctionVersion } from '../records.ts'
import { toVersion, type FunctionDb } from '../tables.ts'

/** A page of functions, by their names: `$LATEST` of each, or all versions. Error: `InvalidFunctionParameter` for the marker. */
export async function listVersions(
  db: FunctionDb,
  scope: FunctionScope,
  page: { readonly limit: number; readonly marker?: string | undefined; readonly all: boolean },
): Promise<FunctionPage<FunctionVersion>> {
  let query = db
    .selectFrom('functions_versions')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .where('region', '=', scope.region)
  if (!page.all) query = query.where('number', '=', 0)
  if (page.marker !== undefined) {
    const { name, number } = readMarker(page.marker)
    query = query.where((where) =>
      where.or([
        where('name', '>', name),
        where.and([where('name', '=', name), where('number', '>', number)]),
      ]),
    )
  }
  const rows = await query
    .orderBy('name')
    .orderBy('number')
    .limit(page.limit + 1)
    .execute()
  const kept = rows.slice(0, page.limit)
  const last = kept.at(-1)
  return {
    items: kept.map(toVersion),
    marker: rows.length > page.limit && last ? writeMarker(last) : undefined,
  }
}

function writeMarker(last: { readonly name: string; readonly number: number }): string {
  return Buffer.from(JSON.stringify([last.name, last.number])).toString('base64url')
}

function readMarker(marker: string): { readonly name: string; readonly number: number } {
  try {
    const [name, number] = JSON.parse(Buffer.from(marker, 'base64url').toString()) as unknown[]
    if (typeof name === 'string' && typeof number === 'number') return { name, number }
  } catch {
    // Told below.
  }
  throw FunctionErrors.InvalidFunctionParameter('Invalid pagination token')
}

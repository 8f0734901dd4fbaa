import type { EngineStatement } from '#processing/engine'

/** A statement around a query of ours, and what stands behind it for the engine to fill in. */
export interface TextStatement {
  readonly sql: string
  readonly tail?: string
}

/** Literals and quoted names are passed over: they may hold any text of the user's. */
const scans = /'(?:[^']|'')*'|"(?:[^"]|"")*"|\blake\.(t\d+)\b/g

/** A scan that is read more than once and takes more text than this is a view. */
const repeatedMax = 16_384

/**
 * A query with the rows of its scans in their places, `(SELECT …) AS r0` for `lake.t0 AS r0`: to make a view the engine has to find out
 * what is in its files, which the query that reads it does again. What is better a view is made one before.
 */
export function withRows(
  { sql, tail = '' }: TextStatement,
  rows: ReadonlyMap<string, string>,
): readonly EngineStatement[] {
  const places = [...sql.matchAll(scans)].filter(([, id]) => id !== undefined)
  const views = new Map<string, string>()
  for (const [id, query] of rows) {
    const count = places.filter((place) => place[1] === id).length
    if (hasTry(query) || (count > 1 && query.length > repeatedMax)) views.set(id, query)
  }
  const pieces: (string | { readonly sql: string })[] = []
  let from = 0
  for (const place of places) {
    const query = views.has(place[1]!) ? undefined : rows.get(place[1]!)
    if (query === undefined) continue
    pieces.push({ sql: sql.slice(from, place.index) }, `(${query})`)
    from = place.index + place[0].length
  }
  pieces.push({ sql: sql.slice(from) }, tail)
  return [...(views.size > 0 ? viewsOf(views) : []), { pieces }]
}

/** What a file's conversion tries is no failure of the query's that the engine has to tell (`takeEscaped`). */
function hasTry(query: string): boolean {
  return query.includes('TRY(')
}

/** Statements that make the views of some scans. */
export function viewsOf(rows: ReadonlyMap<string, string>): readonly string[] {
  return [
    'CREATE SCHEMA lake',
    ...Array.from(rows, ([id, query]) => `CREATE VIEW lake.${id} AS ${query}`),
  ]
}

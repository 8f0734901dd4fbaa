import { PostgresAdapter, sql, type Kysely, type RawBuilder } from 'kysely'
import type { Resolved } from './resolve.ts'

/**
 * A resolved filter as SQL over the columns `p0`, `p1`, …. NULL behaves as SQL's: a value that is not of its
 * key's type satisfies no comparison, negated or not.
 */
export function toCondition(filter: Resolved, db: Kysely<never>): RawBuilder<boolean> {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const items = filter.items.map((item) => toCondition(item, db))
      return sql<boolean>`(${sql.join(items, filter.kind === 'and' ? sql` and ` : sql` or `)})`
    }
    case 'compare':
      return sql<boolean>`${column(filter)} ${sql.raw(filter.operator)} ${filter.value}`
    case 'in':
      return sql<boolean>`${column(filter)} ${sql.raw(filter.negated ? 'not in' : 'in')} (${sql.join(filter.values)})`
    case 'like':
      return like(filter, db)
    case 'isNull':
      return sql<boolean>`${column(filter)} is ${sql.raw(filter.negated ? 'not null' : 'null')}`
  }
}

function column(leaf: { readonly column: number }): RawBuilder<unknown> {
  return sql.ref(`p${leaf.column}`)
}

/** Case matters in Glue's LIKE. SQLite's ignores it, its GLOB does not. */
function like(leaf: Extract<Resolved, { kind: 'like' }>, db: Kysely<never>): RawBuilder<boolean> {
  const not = sql.raw(leaf.negated ? 'not ' : '')
  if (db.getExecutor().adapter instanceof PostgresAdapter)
    return sql<boolean>`${column(leaf)} ${not}like ${leaf.pattern}`
  return sql<boolean>`${column(leaf)} ${not}glob ${toGlob(leaf.pattern)}`
}

function toGlob(pattern: string): string {
  let glob = ''
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!
    if (char === '%') glob += '*'
    else if (char === '_') glob += '?'
    else glob += literal(char === '\\' && at + 1 < pattern.length ? pattern[++at]! : char)
  }
  return glob
}

function literal(char: string): string {
  return '*?['.includes(char) ? `[${char}]` : char
}

import type { QueryAnswer } from '../function-cases/run-cases.fixture.ts'

/**
 * `same`: the same types and rows, or a failure of the same name. `failure`: failures of other names. `refused`: Boathouse alone fails, by
 * a reason of its own. `beyond`: Trino alone refuses what is asked, before it looks at a row. `unknown`: Trino failed within. Else it is
 * `wrong`: other rows, other types, rows where Trino fails over a value, or words of the embedded engine.
 */
export type Verdict = 'same' | 'failure' | 'refused' | 'beyond' | 'unknown' | 'wrong'

const inner =
  /^GENERIC_INTERNAL_ERROR|(Binder|Catalog|Parser|INTERNAL|Not implemented) Error|ended by SIG/

export function verdict(sql: string, ours: QueryAnswer, theirs: QueryAnswer): Verdict {
  if ('error' in theirs && theirs.error.startsWith('INTERNAL')) return 'unknown'
  if ('error' in ours) {
    if (inner.test(ours.error)) return 'wrong'
    if (!('error' in theirs)) return 'refused'
    return nameOf(ours.error) === nameOf(theirs.error) ? 'same' : 'failure'
  }
  if ('error' in theirs) return /^[A-Z_]+: line \d+:/.test(theirs.error) ? 'beyond' : 'wrong'
  const types = (answer: { readonly types: readonly string[] }) => answer.types.map(plain).join()
  if (types(ours) !== types(theirs)) return 'wrong'
  const ordered = isOrdered(sql)
  const rows = (answer: { readonly rows: readonly unknown[] }) => {
    const texts = answer.rows.map((row) => JSON.stringify(row))
    return (ordered ? texts : texts.toSorted()).join()
  }
  return rows(ours) === rows(theirs) ? 'same' : 'wrong'
}

function nameOf(error: string): string {
  return /^[A-Z_]+/.exec(error)?.[0] ?? error
}

/** Athena tells neither the digits of times nor the lengths of texts. */
function plain(type: string): string {
  return type
    .replaceAll(/\b(timestamp|time)\(\d+\)/g, '$1')
    .replaceAll(/\bvarchar\(\d+\)/g, 'varchar')
    .replaceAll('"', '')
}

/** True when ORDER BY stands outside of all brackets. */
function isOrdered(sql: string): boolean {
  let outer = sql.replaceAll(/'[^']*'/g, "''")
  for (let before = ''; before !== outer;) {
    before = outer
    outer = outer.replaceAll(/\([^()]*\)/g, '')
  }
  return /\bORDER BY\b/i.test(outer)
}

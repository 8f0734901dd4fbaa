import type { SqlValue } from './wire.ts'

/** Where among a statement's parameters the first two columns of its table's primary key stand. */
export type KeyPlaces = readonly [number, number]

/** Slots by which the rows of a table are told apart: those of keys that meet in one count as changed together. */
export const slotsPerTable = 8192

const insert = /^insert into "[^"]+" \(([^()]+)\) values \(([^()]+)\)$/
const change = /^(?:update "[^"]+" set (.+)|delete from "[^"]+"|select .+) where ([^()]+)$/s
const behindWhere = / (?:order by|limit|returning) .*$/s

/**
 * Where a statement says that it is about rows of one key and no others: a plain insert of one row, or a change or a read with both
 * columns in its conditions. Undefined where that cannot be told.
 */
export function keyPlaces(sql: string, columns: readonly [string, string]): KeyPlaces | undefined {
  // Words and marks within a text would be taken for the statement's own.
  if (sql.includes(`'`)) return undefined
  return insertedKey(sql, columns) ?? conditionKey(sql, columns)
}

function insertedKey(sql: string, columns: readonly [string, string]): KeyPlaces | undefined {
  const [, names, values] = insert.exec(sql) ?? []
  if (names === undefined || values === undefined) return undefined
  const named = names.split(', ')
  const given = values.split(', ')
  if (named.length !== given.length || given.some((value) => value !== '?')) return undefined
  return both(columns.map((column) => named.indexOf(`"${column}"`)))
}

function conditionKey(sql: string, columns: readonly [string, string]): KeyPlaces | undefined {
  const [, set = '', rest] = change.exec(sql) ?? []
  if (rest === undefined || / (?:or|case|union|except|intersect|join|where) /.test(rest))
    return undefined
  const terms = rest.replace(behindWhere, '').split(' and ')
  const start = sql.length - rest.length
  if (sql.indexOf(' where ') !== start - ' where '.length) return undefined
  const before = marksIn(sql.slice(0, start))
  return both(
    columns.map((column) => {
      // Rows that get another key are no more those of the one that is named.
      if (set.includes(`"${column}" = `)) return -1
      const at = terms.indexOf(`"${column}" = ?`)
      return at < 0 ? -1 : before + marksIn(terms.slice(0, at).join(' and '))
    }),
  )
}

function both(places: readonly number[]): KeyPlaces | undefined {
  const [first = -1, second = -1] = places
  return first < 0 || second < 0 ? undefined : [first, second]
}

function marksIn(text: string): number {
  return text.split('?').length - 1
}

/** The slot of a key; undefined for what is no text, or is stored as another one: SQLite puts U+FFFD for the half of a pair. */
export function slotOf(
  first: SqlValue | undefined,
  second: SqlValue | undefined,
): number | undefined {
  if (typeof first !== 'string' || typeof second !== 'string') return undefined
  let hash = 0x811c9dc5
  let seen = 0
  for (let at = 0; at < first.length; at += 1) {
    const code = first.charCodeAt(at)
    seen |= code
    hash = Math.imul(hash ^ code, 0x01000193)
  }
  hash = Math.imul(hash ^ 0xffff, 0x01000193)
  for (let at = 0; at < second.length; at += 1) {
    const code = second.charCodeAt(at)
    seen |= code
    hash = Math.imul(hash ^ code, 0x01000193)
  }
  // Asked only of what may hold a half: most keys are plain.
  if (seen >= 0xd800 && !(first.isWellFormed() && second.isWellFormed())) return undefined
  return (hash ^ (hash >>> 15)) & (slotsPerTable - 1)
}

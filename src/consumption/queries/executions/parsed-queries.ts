import { type ParsedQuery, parseQuery } from '#consumption/sql'
import { BoundedCache } from '#kit'

/** Of their texts: a tree takes some twenty times the memory of its text. */
const bounds = { countMax: 256, lengthMax: 512 * 1024, lengthEachMax: 16 * 1024 }

interface Known {
  readonly parsed: ParsedQuery
  isFrozen: boolean
}

/** Queries by their texts: dashboards ask the same again and again, and a tree is never changed. */
export class ParsedQueries {
  readonly #known = new BoundedCache<string, Known>(bounds)

  /** Error: `SyntaxError`. */
  parse(sql: string): ParsedQuery {
    const known = this.#known.get(sql)
    if (!known) {
      const parsed = parseQuery(sql)
      this.#known.set(sql, { parsed, isFrozen: false }, sql.length)
      return parsed
    }
    // From here on it is shared: who would change it is told so.
    if (!known.isFrozen) freeze(known.parsed)
    known.isFrozen = true
    return known.parsed
  }
}

/** All of a tree, which may be deeper than the stack. */
function freeze(root: object): void {
  const left: object[] = [root]
  for (let value = left.pop(); value; value = left.pop()) {
    Object.freeze(value)
    for (const each of Object.values(value)) {
      if (typeof each === 'object' && each !== null && !Object.isFrozen(each)) {
        left.push(each as object)
      }
    }
  }
}

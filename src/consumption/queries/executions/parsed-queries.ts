import { type ParsedQuery, parseQuery } from '#consumption/sql'

const textsMax = 256
const lengthMax = 16 * 1024
/** Of all texts together: a tree takes some twenty times the memory of its text. */
const lengthsMax = 512 * 1024

interface Known {
  readonly parsed: ParsedQuery
  isFrozen: boolean
}

/** Queries by their texts, the longest unused going first: dashboards ask the same again and again, and a tree is never changed. */
export class ParsedQueries {
  readonly #known = new Map<string, Known>()
  #length = 0

  /** Error: `SyntaxError`. */
  parse(sql: string): ParsedQuery {
    const known = this.#known.get(sql)
    if (!known) return this.#add(sql, parseQuery(sql))
    this.#known.delete(sql)
    this.#known.set(sql, known)
    // From here on it is shared: who would change it is told so.
    if (!known.isFrozen) freeze(known.parsed)
    known.isFrozen = true
    return known.parsed
  }

  #add(sql: string, parsed: ParsedQuery): ParsedQuery {
    if (sql.length > lengthMax) return parsed
    this.#known.set(sql, { parsed, isFrozen: false })
    this.#length += sql.length
    for (const text of this.#known.keys()) {
      if (this.#known.size <= textsMax && this.#length <= lengthsMax) break
      this.#known.delete(text)
      this.#length -= text.length
    }
    return parsed
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

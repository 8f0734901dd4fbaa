import { type Item, NULL_ITEM, type NumberItem, wholeItem } from './items.ts'
import {
  absolute,
  arithmetic,
  compareNumbers,
  doubleOf,
  negated,
  placeOf,
  rounded,
} from './numbers.ts'
import { PathError } from './path-error.ts'
import type { ComparisonSign, Method, Path, PathNode, Predicate } from './path-tree.ts'

type Truth = boolean | undefined

/** The most items that a path may give on its way. */
const itemsMax = 1_000_000

/** The sequence of items that a path finds. Errors: `PathError`. */
export function evaluatePath(
  path: Path,
  root: Item,
  variables: ReadonlyMap<string, Item>,
): readonly Item[] {
  return new Evaluation(path.lax, root, variables).items(path.root)
}

class Evaluation {
  readonly #lax: boolean
  readonly #root: Item
  readonly #variables: ReadonlyMap<string, Item>
  #current: Item | undefined
  #last: number | undefined
  #objects = 0

  constructor(lax: boolean, root: Item, variables: ReadonlyMap<string, Item>) {
    this.#lax = lax
    this.#root = root
    this.#variables = variables
  }

  items(node: PathNode): readonly Item[] {
    switch (node.kind) {
      case 'literal':
        return [node.item]
      case 'root':
        return [this.#root]
      case 'current':
        return [this.#current ?? fail('there is no current item')]
      case 'last':
        if (this.#last === undefined) fail('accessing the last array index with no enclosing array')
        return [wholeItem(BigInt(this.#last - 1), 'integer')!]
      case 'variable':
        return [this.#variables.get(node.name) ?? fail(`no value passed for ${node.name}`)]
      case 'member':
        return this.#members(node)
      case 'descendants':
        return this.items(node.of).flatMap((item) => descendants(item, node.name))
      case 'elements':
        return this.#elements(node)
      case 'filter':
        return this.#unwrapped(node.of).filter((item) => this.#within(item, node.predicate))
      case 'method':
        return this.#method(node.method, node.of)
      case 'sign':
        return this.#unwrapped(node.of).map((item) => {
          const number = numberOf(item)
          return node.negative ? negated(number) : number
        })
      case 'arithmetic': {
        const [left, right] = [this.#unwrapped(node.left), this.#unwrapped(node.right)]
        if (left.length !== 1 || right.length !== 1)
          fail('arithmetic binary expression requires singleton operands')
        return [arithmetic(node.sign, numberOf(left[0]!), numberOf(right[0]!))]
      }
    }
  }

  /** What a path finds, arrays opened in lax mode. */
  #unwrapped(node: PathNode): readonly Item[] {
    const found = this.items(node)
    return this.#lax ? bounded(found.flatMap((item) => elementsOf(item))) : found
  }

  #members({ of, name }: Extract<PathNode, { kind: 'member' }>): readonly Item[] {
    return this.#unwrapped(of).flatMap((item) => {
      if (item.kind !== 'object') return this.#lax ? [] : wrongKind('OBJECT', item)
      if (name === undefined) return [...item.entries.values()]
      const value = item.entries.get(name)
      if (value !== undefined) return [value]
      return this.#lax ? [] : fail(`structural error: missing member '${name}' in JSON object`)
    })
  }

  #elements({ of, places }: Extract<PathNode, { kind: 'elements' }>): readonly Item[] {
    const found = this.items(of).flatMap((item) => {
      if (item.kind !== 'array' && !this.#lax) return wrongKind('ARRAY', item)
      const items = elementsOf(item)
      return places ? places.flatMap((place) => this.#picked(items, place)) : items
    })
    return bounded(found)
  }

  #picked(items: readonly Item[], place: { from: PathNode; to?: PathNode }): readonly Item[] {
    const outer = this.#last
    this.#last = items.length
    const from = this.#place(place.from)
    const to = place.to ? this.#place(place.to) : from
    this.#last = outer
    if (!this.#lax && (from < 0 || to < from || to >= items.length)) {
      const shown = `[${from}, ${to}] for array of size ${items.length}`
      fail(`structural error: invalid array subscript: ${shown}`)
    }
    return items.slice(Math.max(0, from), Math.max(0, to + 1))
  }

  #place(node: PathNode): number {
    const found = this.#unwrapped(node)
    if (found.length !== 1) fail('array subscript must be a singleton numeric value')
    return placeOf(found[0]!)
  }

  #method(method: Method, of: PathNode): readonly Item[] {
    switch (method) {
      case 'type':
        return this.items(of).map((item) => ({ kind: 'string', text: typeName(item) }))
      case 'size':
        return this.items(of).map((item) => {
          if (item.kind !== 'array' && !this.#lax) return wrongKind('ARRAY', item)
          return wholeItem(BigInt(item.kind === 'array' ? item.items.length : 1), 'integer')!
        })
      case 'keyvalue':
        return this.#unwrapped(of).flatMap((item) => this.#pairs(item))
      case 'double':
        return this.#unwrapped(of).map(doubleOf)
      case 'abs':
        return this.#unwrapped(of).map((item) => absolute(numberOf(item)))
      case 'ceiling':
      case 'floor':
        return this.#unwrapped(of).map((item) => rounded(numberOf(item), method))
    }
  }

  #pairs(item: Item): readonly Item[] {
    if (item.kind !== 'object') return wrongKind('OBJECT', item)
    const id = wholeItem(BigInt(this.#objects++), 'bigint')!
    return Array.from(item.entries, ([name, value]) => {
      const entries = new Map<string, Item>([
        ['name', { kind: 'string', text: name }],
        ['value', value],
        ['id', id],
      ])
      return { kind: 'object', entries } as const
    })
  }

  #within(item: Item, predicate: Predicate): boolean {
    const outer = this.#current
    this.#current = item
    const truth = this.#truth(predicate)
    this.#current = outer
    return truth === true
  }

  #truth(predicate: Predicate): Truth {
    switch (predicate.kind) {
      case 'not': {
        const inner = this.#truth(predicate.of)
        return inner === undefined ? undefined : !inner
      }
      case 'isUnknown':
        return this.#truth(predicate.of) === undefined
      case 'and':
      case 'or': {
        const decisive = predicate.kind === 'or'
        const left = this.#truth(predicate.left)
        if (left === decisive) return decisive
        const right = this.#truth(predicate.right)
        return right === decisive ? decisive : left === undefined ? undefined : right
      }
      case 'exists': {
        const found = this.#tried(() => this.items(predicate.path))
        return found && found.length > 0
      }
      case 'startsWith':
        return this.#tried(() => this.#startsWith(predicate))
      case 'compare':
        return this.#tried(() => this.#compare(predicate))
    }
  }

  #tried<T>(work: () => T): T | undefined {
    const [current, last] = [this.#current, this.#last]
    try {
      return work()
    } catch (error) {
      if (!(error instanceof PathError)) throw error
      this.#current = current
      this.#last = last
      return undefined
    }
  }

  #startsWith({ whole, initial }: Extract<Predicate, { kind: 'startsWith' }>): boolean {
    const [start, ...more] = this.items(initial)
    if (start?.kind !== 'string' || more.length > 0) return fail('no initial text')
    return this.#some(this.#unwrapped(whole), (item) =>
      item.kind === 'string' ? item.text.startsWith(start.text) : fail('no text'),
    )
  }

  #compare({ sign, left, right }: Extract<Predicate, { kind: 'compare' }>): boolean {
    const [lefts, rights] = [this.#unwrapped(left), this.#unwrapped(right)]
    for (const item of [...lefts, ...rights]) {
      if (item.kind === 'array' || item.kind === 'object') fail('no scalar')
    }
    return this.#some(lefts, (a) => this.#some(rights, (b) => compared(sign, a, b)))
  }

  /** In lax mode the first hit decides; in strict mode an error behind it makes the answer unknown. */
  #some(items: readonly Item[], test: (item: Item) => boolean): boolean {
    if (this.#lax) return items.some(test)
    return items.map(test).includes(true)
  }
}

function compared(sign: ComparisonSign, a: Item, b: Item): boolean {
  if (a.kind === 'null' || b.kind === 'null') {
    if (sign === '==') return a.kind === b.kind
    return sign === '<>' && a.kind !== b.kind
  }
  const order = orderOf(a, b)
  switch (sign) {
    case '==':
      return order === 0
    case '<>':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}

function orderOf(a: Item, b: Item): number {
  if (a.kind === 'number' && b.kind === 'number') return compareNumbers(a, b)
  if (a.kind === 'boolean' && b.kind === 'boolean') return Number(a.value) - Number(b.value)
  if (a.kind === 'string' && b.kind === 'string') {
    return Buffer.compare(Buffer.from(a.text), Buffer.from(b.text))
  }
  return fail('values of these types do not compare')
}

function elementsOf(item: Item): readonly Item[] {
  return item.kind === 'array' ? item.items : [item]
}

/** Members of this name, of the item itself first, then of what it holds. */
function descendants(item: Item, name: string): readonly Item[] {
  if (item.kind === 'array') return item.items.flatMap((each) => descendants(each, name))
  if (item.kind !== 'object') return []
  const own = item.entries.get(name)
  const inner = [...item.entries.values()].flatMap((each) => descendants(each, name))
  return own === undefined ? inner : [own, ...inner]
}

function numberOf(item: Item): NumberItem {
  return item.kind === 'number' ? item : wrongKind('NUMBER', item)
}

function typeName(item: Item): string {
  return item.kind === 'opaque' ? 'number' : item.kind
}

function bounded(items: readonly Item[]): readonly Item[] {
  return items.length > itemsMax ? fail(`more than ${itemsMax} items`) : items
}

function wrongKind(expected: string, item: Item): never {
  return fail(
    `invalid item type. Expected: ${expected}, actual: ${typeName(item ?? NULL_ITEM).toUpperCase()}`,
  )
}

function fail(text: string): never {
  throw new PathError(text)
}

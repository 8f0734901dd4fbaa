import { parseHiveType, type HiveType } from '../hive-type.ts'
import { texts, values } from './json-values.fixture.ts'

export type Random = () => number
export const below = (random: Random, most: number) => Math.floor(random() * most)
export const oneOf = <T>(random: Random, of: readonly T[]): T => of[below(random, of.length)]!

const { 'decimal(25,3)': _, ...scalars } = { ...values, ...texts }
const scalarTypes = Object.keys(scalars)
const fieldNames = ['a', 'b', 'Cased', 'x_y', 'x.y', 'a b', 'é', 'a_name_longer_than_sixteen_bytes']
const keys: Readonly<Record<string, readonly string[]>> = {
  string: ['', 'a', 'b', 'A', 'a/b', 'a~b', 'x.y', 'x_y', 'É', 'é', '日本', 'a key of some length'],
  'varchar(3)': ['abcd', 'abce', 'ab', '日本語です'],
  int: ['1', '-1', '12', '007', '1.0', '99999999999', 'x'],
  bigint: ['1', '123456789012345678', '-5'],
  double: ['1.5', '2', '1e5', '1E5', '-0.0'],
  'decimal(10,2)': ['1.5', '1.50', '2', '0.004', '0.001'],
  date: ['2024-02-29', '2024-2-29', '1969-12-31'],
  timestamp: ['2024-02-29 01:02:03', '2024-02-29T01:02:03Z', '2024-02-29 01:02:03.5'],
  binary: ['b', 'é'],
}

/** One that holds others, or within such any. */
function anyType(random: Random, depth: number): string {
  const kind = random() * (depth === 0 ? 3 : 4)
  if (depth > 3 || kind >= 3) return oneOf(random, scalarTypes)
  if (kind < 1) return `array<${anyType(random, depth + 1)}>`
  if (kind < 2) return `map<${oneOf(random, Object.keys(keys))},${anyType(random, depth + 1)}>`
  const names = fieldNames.filter(() => random() < 0.4)
  const fields = (names.length === 0 ? ['a'] : names).map(
    (name) => `\`${name}\`:${anyType(random, depth + 1)}`,
  )
  return `struct<${fields.join(',')}>`
}

/** JSON for a type, in which now and then something is not as it should be. */
export class RandomJson {
  readonly #random: Random
  /** How often. */
  readonly #odd: number

  constructor(random: Random, odd: number) {
    this.#random = random
    this.#odd = odd
  }

  record(columns: readonly { readonly name: string; readonly type: HiveType }[]): string {
    const random = this.#random
    return this.#object(
      columns.flatMap(({ name, type }) =>
        random() < 0.1 ? [] : [[name, this.value(type)] as const],
      ),
    )
  }

  value(type: HiveType): string {
    const random = this.#random
    if (random() < 0.1) return 'null'
    if (this.#isOdd()) return oneOf(random, ['"x"', '{}', '[]', '{"a":1}', '[1]', '1.5', 'true'])
    switch (type.kind) {
      case 'array':
        return `[${this.#space()}${this.#some(() => this.value(type.item)).join(`${this.#space()},${this.#space()}`)}]`
      case 'map': {
        const usual = keys[nameOf(type.key)]!
        const entries = this.#some(() => [oneOf(random, usual), this.value(type.value)] as const)
        return this.#object(this.#isOdd() ? entries : [...new Map(entries)])
      }
      case 'struct':
        return this.#object(
          type.fields.flatMap(({ name, type: of }) =>
            random() < 0.2 ? [] : [[name.toLowerCase(), this.value(of)] as const],
          ),
        )
      default:
        return oneOf(random, scalars[nameOf(type)]!)
    }
  }

  #object(given: readonly (readonly [string, string])[]): string {
    const random = this.#random
    const members = given.map(([key, value]) => `${this.#key(key)}:${this.#space()}${value}`)
    if (this.#isOdd()) members.push(...members.slice(0, 1))
    if (this.#isOdd()) members.push('"unknown" : {"deep":[1,{"A":"\\u00e9"}]}')
    const ordered = random() < 0.5 ? members : members.toSorted(() => random() - 0.5)
    return `{${this.#space()}${ordered.join(`,${this.#space()}`)}${this.#space()}}`
  }

  #key(key: string): string {
    const text = JSON.stringify(key)
    if (!this.#isOdd()) return text
    return this.#random() < 0.5 ? text.toUpperCase() : `"\\u0061${text.slice(1)}`
  }

  #some<T>(of: () => T): readonly T[] {
    const count = this.#random() < 0.02 ? 40 : below(this.#random, 4)
    return Array.from({ length: count }, of)
  }

  #space(): string {
    return this.#random() < 0.05 ? ' \t' : ''
  }

  #isOdd(): boolean {
    return this.#random() < this.#odd
  }
}

function nameOf(type: HiveType): string {
  if (type.kind === 'decimal') return `decimal(${type.precision},${type.scale})`
  if (type.kind === 'text') return type.length === 4 ? 'char(4)' : `varchar(${type.length})`
  if (type.kind !== 'scalar') throw new Error('a scalar type is expected')
  return type.name
}

export type Columns = readonly { readonly name: string; readonly type: HiveType }[]

export function anyColumns(random: Random): Columns {
  return Array.from({ length: 1 + below(random, 5) }, (_, index) => {
    const type = random() < 0.8 ? anyType(random, 0) : oneOf(random, scalarTypes)
    return { name: `c${index}`, type: parseHiveType(type) }
  })
}

/** The same in every run. */
export function randomNumbers(seed: number): Random {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

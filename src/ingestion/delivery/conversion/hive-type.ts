/** A type of Hive, as the catalog writes it: `struct<a:int,b:array<decimal(10,2)>>`. */
export type HiveType =
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'text'; readonly length: number }
  | { readonly kind: 'array'; readonly item: HiveType }
  | { readonly kind: 'map'; readonly key: HiveType; readonly value: HiveType }
  | {
      readonly kind: 'struct'
      readonly fields: readonly { readonly name: string; readonly type: HiveType }[]
    }

const scalars = {
  boolean: 'boolean',
  tinyint: 'tinyint',
  smallint: 'smallint',
  int: 'int',
  integer: 'int',
  bigint: 'bigint',
  long: 'bigint',
  float: 'float',
  real: 'float',
  double: 'double',
  string: 'string',
  date: 'date',
  timestamp: 'timestamp',
  binary: 'binary',
} as const

export type ScalarName = (typeof scalars)[keyof typeof scalars]

/** Thrown for a type that cannot be read; the message shows where. */
export class TypeSyntaxError extends Error {
  override readonly name = 'TypeSyntaxError'
}

export function parseHiveType(text: string): HiveType {
  const reader = new TypeReader(text)
  const type = reader.type(0)
  reader.end()
  return type
}

const depthMax = 32
/** Arrays and maps within one another: with each more the engine takes twice as long to plan what takes them apart. */
const listDepthMax = 8

class TypeReader {
  readonly #text: string
  #at = 0
  /** Arrays and maps that are open. */
  #listDepth = 0

  constructor(text: string) {
    this.#text = text
  }

  type(depth: number): HiveType {
    if (depth > depthMax) throw this.#wrong('the nesting is too deep')
    const name = this.#match(/\s*([a-z_]+)\s*/iy)?.toLowerCase()
    switch (name) {
      case undefined:
        throw this.#wrong('a type is expected')
      case 'decimal':
      case 'numeric':
        return this.#decimal()
      case 'char':
      case 'varchar': {
        const [length] = this.#numbers()
        if (length === undefined) throw this.#wrong(`${name} needs a length`)
        return { kind: 'text', length }
      }
      case 'array': {
        this.#sign('<')
        const item = this.#within(() => this.type(depth + 1))
        this.#sign('>')
        return { kind: 'array', item }
      }
      case 'map': {
        this.#sign('<')
        const key = this.type(depth + 1)
        if (key.kind === 'array' || key.kind === 'map' || key.kind === 'struct') {
          throw this.#wrong('the key of a map must be a scalar')
        }
        this.#sign(',')
        const value = this.#within(() => this.type(depth + 1))
        this.#sign('>')
        return { kind: 'map', key, value }
      }
      case 'struct':
        return this.#struct(depth)
      default:
        if (!Object.hasOwn(scalars, name)) throw this.#wrong(`the type '${name}' is not supported`)
        return { kind: 'scalar', name: scalars[name as keyof typeof scalars] }
    }
  }

  #within(read: () => HiveType): HiveType {
    this.#listDepth += 1
    if (this.#listDepth > listDepthMax) {
      throw this.#wrong(`more than ${listDepthMax} arrays and maps are within one another`)
    }
    const type = read()
    this.#listDepth -= 1
    return type
  }

  end(): void {
    if (this.#at < this.#text.length) throw this.#wrong('the end is expected')
  }

  #decimal(): HiveType {
    const [precision = 10, scale = 0] = this.#numbers()
    if (precision < 1 || precision > 38 || scale > precision) {
      throw this.#wrong('a decimal has 1 to 38 digits')
    }
    return { kind: 'decimal', precision, scale }
  }

  #struct(depth: number): HiveType {
    const fields: { name: string; type: HiveType }[] = []
    this.#sign('<')
    do {
      const name = this.#match(/\s*(?:`([^`]+)`|([^\s<>,:`]+))\s*/y)
      if (name === undefined) throw this.#wrong('the name of a field is expected')
      this.#sign(':')
      fields.push({ name, type: this.type(depth + 1) })
    } while (this.#match(/\s*(,)\s*/y))
    this.#sign('>')
    return { kind: 'struct', fields }
  }

  #numbers(): readonly number[] {
    const list = this.#match(/\s*\(\s*(\d{1,9}(?:\s*,\s*\d{1,9})?)\s*\)\s*/y)
    return list === undefined ? [] : list.split(',').map(Number)
  }

  #sign(sign: string): void {
    if (
      this.#match(
        sign === '<'
          ? /\s*(<)\s*/y
          : sign === '>'
            ? /\s*(>)\s*/y
            : sign === ','
              ? /\s*(,)\s*/y
              : /\s*(:)\s*/y,
      ) === undefined
    ) {
      throw this.#wrong(`'${sign}' is expected`)
    }
  }

  #match(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern)
    sticky.lastIndex = this.#at
    const found = sticky.exec(this.#text)
    if (!found) return undefined
    this.#at = sticky.lastIndex
    return found[1] ?? found[2]
  }

  #wrong(why: string): TypeSyntaxError {
    return new TypeSyntaxError(`${why} at position ${this.#at} of '${this.#text}'`)
  }
}

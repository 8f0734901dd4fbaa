import { type Field, type Type, VARCHAR, arrayOf, decimal, fieldKey, mapOf } from './type.ts'

const simpleTypes: Readonly<Record<string, Type>> = {
  boolean: { kind: 'boolean' },
  tinyint: { kind: 'tinyint' },
  smallint: { kind: 'smallint' },
  int: { kind: 'integer' },
  integer: { kind: 'integer' },
  bigint: { kind: 'bigint' },
  float: { kind: 'real' },
  real: { kind: 'real' },
  double: { kind: 'double' },
  string: VARCHAR,
  varchar: VARCHAR,
  date: { kind: 'date' },
  timestamp: { kind: 'timestamp' },
  binary: { kind: 'varbinary' },
  decimal: decimal(10, 0),
}

/** Types that are nested deeper cannot be read. */
const depthMax = 200

/**
 * A column's type in Hive's syntax as the catalog holds it, `struct<a:int,b:array<string>>`, as the
 * type that a query sees. Undefined when it is not one that can be read.
 */
export function typeOfHive(text: string): Type | undefined {
  const reader = new HiveTypeReader(text)
  const type = reader.type()
  return reader.finished ? type : undefined
}

class HiveTypeReader {
  readonly #text: string
  #offset = 0

  constructor(text: string) {
    this.#text = text.trim()
  }

  get finished(): boolean {
    return this.#offset === this.#text.length
  }

  type(depth = 0): Type | undefined {
    if (depth > depthMax) return undefined
    const name = this.#match(/[A-Za-z_]+/y)?.toLowerCase()
    if (!name) return undefined
    if (name === 'array' && this.#take('<')) {
      const element = this.type(depth + 1)
      return element && this.#take('>') ? arrayOf(element) : undefined
    }
    if (name === 'map' && this.#take('<')) {
      const key = this.type(depth + 1)
      if (!key || !this.#take(',')) return undefined
      const value = this.type(depth + 1)
      return value && this.#take('>') ? mapOf(key, value) : undefined
    }
    if (name === 'struct' && this.#take('<')) return this.#struct(depth)
    const numbers = this.#numbers()
    if (name === 'decimal' && numbers) return decimal(numbers[0] ?? 10, numbers[1] ?? 0)
    if (name === 'varchar' && numbers) return { kind: 'varchar', length: numbers[0] }
    if (name === 'char' && numbers) return { kind: 'char', length: numbers[0] ?? 1 }
    return numbers ? undefined : simpleTypes[name]
  }

  #struct(depth: number): Type | undefined {
    const fields: Field[] = []
    do {
      const name = this.#match(/`[^`]+`|[^:<>,()\s]+/y)?.replaceAll('`', '')
      if (!name || !this.#take(':')) return undefined
      const type = this.type(depth + 1)
      if (!type) return undefined
      fields.push({ name: name.toLowerCase(), type })
    } while (this.#take(','))
    return this.#take('>') ? { kind: 'row', fields } : undefined
  }

  #numbers(): number[] | undefined {
    const text = this.#match(/\(\s*\d+\s*(?:,\s*\d+\s*)?\)/y)
    return text?.slice(1, -1).split(',').map(Number)
  }

  #take(symbol: string): boolean {
    return this.#match(new RegExp(symbol.replace(/[<>]/, '\\$&'), 'y')) !== undefined
  }

  #match(pattern: RegExp): string | undefined {
    const space = /\s*/y
    space.lastIndex = this.#offset
    space.exec(this.#text)
    pattern.lastIndex = space.lastIndex
    const found = pattern.exec(this.#text)
    if (!found) return undefined
    space.lastIndex = pattern.lastIndex
    space.exec(this.#text)
    this.#offset = space.lastIndex
    return found[0]
  }
}

/** A type in Hive's syntax, for the catalog. */
export function hiveTypeText(type: Type): string {
  switch (type.kind) {
    case 'integer':
      return 'int'
    case 'real':
      return 'float'
    case 'varchar':
      return type.length === undefined ? 'string' : `varchar(${type.length})`
    case 'char':
      return `char(${type.length})`
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'varbinary':
      return 'binary'
    case 'timestamptz':
      return 'timestamp'
    case 'array':
      return `array<${hiveTypeText(type.element)}>`
    case 'map':
      return `map<${hiveTypeText(type.key)},${hiveTypeText(type.value)}>`
    case 'row':
      return `struct<${type.fields.map((field, index) => `${fieldKey(field, index)}:${hiveTypeText(field.type)}`).join(',')}>`
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'bigint':
    case 'double':
    case 'date':
    case 'timestamp':
      return type.kind
    default:
      return 'string'
  }
}

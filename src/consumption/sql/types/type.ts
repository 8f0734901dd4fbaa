/** A type of Trino's SQL, as the analyzer knows it. */
export type Type =
  | { readonly kind: SimpleKind }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** `length` undefined: unbounded. */
  | { readonly kind: 'varchar'; readonly length?: number }
  | { readonly kind: 'char'; readonly length: number }
  /** `precision`: digits of a second, 0 to 6; undefined is 3. */
  | { readonly kind: 'timestamp' | 'time'; readonly precision?: number }
  /** All values are in the zone, which AT TIME ZONE named, else UTC; undefined: each has its own. */
  | {
      readonly kind: 'timestamptz'
      readonly zone: string | undefined
      readonly precision?: number
    }
  | { readonly kind: 'array'; readonly element: Type }
  | { readonly kind: 'qdigest'; readonly element: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Type }
  | { readonly kind: 'row'; readonly fields: readonly Field[] }

export type SimpleKind =
  | 'unknown'
  | 'boolean'
  | 'tinyint'
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'real'
  | 'double'
  | 'date'
  | 'varbinary'
  | 'json'
  /** Of Iceberg: its bytes. */
  | 'variant'
  | 'uuid'
  | 'intervalDay'
  | 'intervalYear'
  | 'geometry'
  | 'sphericalgeography'
  | 'bingtile'
  | 'hyperloglog'
  | 'tdigest'
  | 'color'

export interface Field {
  /** Lower case; undefined for a field without a name. */
  readonly name: string | undefined
  readonly type: Type
}

const simple = <K extends SimpleKind>(kind: K) => ({ kind }) as const
export const UNKNOWN: Type = simple('unknown')
export const BOOLEAN: Type = simple('boolean')
export const INTEGER: Type = simple('integer')
export const BIGINT: Type = simple('bigint')
export const DOUBLE: Type = simple('double')
export const REAL: Type = simple('real')
export const DATE: Type = simple('date')
export const JSON_TYPE: Type = simple('json')
export const VARIANT: Type = simple('variant')
export const VARBINARY: Type = simple('varbinary')
export const VARCHAR: Type = { kind: 'varchar' }
export const TIMESTAMP = { kind: 'timestamp' } as const satisfies Type
export const TIMESTAMP_UTC = { kind: 'timestamptz', zone: 'UTC' } as const satisfies Type
export const INTERVAL_DAY: Type = simple('intervalDay')
export const INTERVAL_YEAR: Type = simple('intervalYear')

export const decimal = (precision: number, scale: number): Type => ({
  kind: 'decimal',
  precision: Math.min(38, precision),
  scale,
})
export const arrayOf = (element: Type): Type => ({ kind: 'array', element })
export const rowType = (fields: readonly Field[]): Type => ({ kind: 'row', fields })
export const mapOf = (key: Type, value: Type): Type => ({ kind: 'map', key, value })

/** Digits of a second that a type of time has. */
export function precisionOf(type: Type): number {
  return 'precision' in type && type.kind !== 'decimal' ? (type.precision ?? 3) : 3
}

const integers = ['tinyint', 'smallint', 'integer', 'bigint']

export function isInteger(type: Type): boolean {
  return integers.includes(type.kind)
}

export function isFloating(type: Type): boolean {
  return type.kind === 'real' || type.kind === 'double'
}

export function isNumeric(type: Type): boolean {
  return isInteger(type) || isFloating(type) || type.kind === 'decimal'
}

export function isText(type: Type): boolean {
  return type.kind === 'varchar' || type.kind === 'char'
}

/** True for what aggregates keep for other functions; it has no form outside of a query. */
export function isSketch(type: Type): boolean {
  return type.kind === 'hyperloglog' || type.kind === 'qdigest' || type.kind === 'tdigest'
}

/** Text, or NULL without a type. */
export function canBeText(type: Type): boolean {
  return isText(type) || type.kind === 'unknown'
}

/** As Trino writes it, e.g. in error messages and `typeof`: `array(row(a integer))`. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`
    case 'varchar':
      return type.length === undefined ? 'varchar' : `varchar(${type.length})`
    case 'char':
      return `char(${type.length})`
    case 'timestamp':
    case 'time':
      return `${type.kind}(${precisionOf(type)})`
    case 'timestamptz':
      return `timestamp(${precisionOf(type)}) with time zone`
    case 'intervalDay':
      return 'interval day to second'
    case 'intervalYear':
      return 'interval year to month'
    case 'geometry':
      return 'Geometry'
    case 'sphericalgeography':
      return 'SphericalGeography'
    case 'bingtile':
      return 'BingTile'
    case 'hyperloglog':
      return 'HyperLogLog'
    case 'qdigest':
      return `qdigest(${typeText(type.element)})`
    case 'array':
      return `array(${typeText(type.element)})`
    case 'map':
      return `map(${typeText(type.key)}, ${typeText(type.value)})`
    case 'row':
      return `row(${type.fields.map((f) => (f.name === undefined ? '' : `${f.name} `) + typeText(f.type)).join(', ')})`
    default:
      return type.kind
  }
}

export function sameType(a: Type, b: Type): boolean {
  return typeText(a) === typeText(b) && zonesOf(a) === zonesOf(b)
}

/** The zones of the times in a type, which its text does not tell. */
function zonesOf(type: Type): string {
  switch (type.kind) {
    case 'timestamptz':
      return type.zone ?? 'own'
    case 'array':
      return zonesOf(type.element)
    case 'map':
      return `${zonesOf(type.key)},${zonesOf(type.value)}`
    case 'row':
      return type.fields.map((field) => zonesOf(field.type)).join(',')
    default:
      return ''
  }
}

/** The name of a row's field in the engine: a field without a name has its place as name. */
export function fieldKey(field: Field, index: number): string {
  return field.name ?? `field${index}`
}

/** The engine's type that holds values of this type. */
export function engineType(type: Type): string {
  switch (type.kind) {
    case 'unknown':
      return 'INTEGER'
    case 'real':
      return 'FLOAT'
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`
    case 'varchar':
    case 'char':
    case 'geometry':
    case 'sphericalgeography':
    case 'bingtile':
    case 'color':
      return 'VARCHAR'
    case 'timestamp':
      return 'TIMESTAMP'
    case 'timestamptz':
      return type.zone === undefined ? 'STRUCT(t TIMESTAMPTZ, z VARCHAR)' : 'TIMESTAMPTZ'
    case 'hyperloglog':
      return 'UBIGINT[]'
    case 'qdigest':
      return `STRUCT(v ${engineType(type.element)}[], w DOUBLE[])`
    case 'tdigest':
      return 'STRUCT(v DOUBLE[], w DOUBLE[])'
    case 'variant':
      return 'STRUCT(metadata BLOB, "value" BLOB)'
    case 'varbinary':
      return 'BLOB'
    case 'intervalDay':
    case 'intervalYear':
      return 'INTERVAL'
    case 'array':
      return `${engineType(type.element)}[]`
    case 'map':
      return `MAP(${engineType(type.key)}, ${engineType(type.value)})`
    case 'row':
      return `STRUCT(${type.fields.map((f, i) => `${quoteName(fieldKey(f, i))} ${engineType(f.type)}`).join(', ')})`
    default:
      return type.kind.toUpperCase()
  }
}

export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as a literal of the engine, whose statements cannot hold the character 0. */
export function quoteText(text: string): string {
  const quoted = (part: string) => `'${part.replaceAll("'", "''")}'`
  if (!text.includes('\0')) return quoted(text)
  return `(${text.split('\0').map(quoted).join(' || chr(0) || ')})`
}

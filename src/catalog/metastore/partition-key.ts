import { createHash } from 'node:crypto'
import type { Column } from './records.ts'

/**
 * Partition values as sortable text. Each value is encoded by its key's type so that comparing the
 * encodings byte by byte compares the values; a row's key is its encodings in order, each ended by U+0001,
 * so that a range over the leading keys is one range of the index.
 */
export type KeyKind = 'text' | 'integer' | 'decimal' | 'date' | 'timestamp' | 'boolean'

/** How a partition key of this type compares; undefined for types that Glue does not filter by. */
export function keyKind(type: string | undefined): KeyKind | undefined {
  const base = (type ?? 'string')
    .trim()
    .toLowerCase()
    .replace(/\s*\(.*$/, '')
  return kinds[base]
}

const kinds: Readonly<Record<string, KeyKind | undefined>> = {
  string: 'text',
  varchar: 'text',
  char: 'text',
  tinyint: 'integer',
  smallint: 'integer',
  int: 'integer',
  integer: 'integer',
  bigint: 'integer',
  long: 'integer',
  decimal: 'decimal',
  numeric: 'decimal',
  double: 'decimal',
  float: 'decimal',
  date: 'date',
  timestamp: 'timestamp',
  boolean: 'boolean',
}

export const terminator = '\u0001'
export const afterTerminator = '\u0002'
/** Hive's name for a value that is NULL. */
export const hiveNull = '__HIVE_DEFAULT_PARTITION__'
/** Sorts after every typed encoding: values that are not of their key's type. */
const untyped = '~'

export interface EncodedValues {
  readonly key: string
  /** One for each value; null when it is NULL or not of its type. */
  readonly columns: readonly (string | null)[]
  readonly segment: number
}

/** Encodes a row's values, one for each key. Values that read differently ('1', '01') have different keys. */
export function encodeValues(keys: readonly Column[], values: readonly string[]): EncodedValues {
  const columns = values.map((value, index) =>
    value === hiveNull ? null : encodeValue(keyKind(keys[index]?.type) ?? 'text', value),
  )
  const parts = values.map((value, index) => {
    const kind = keyKind(keys[index]?.type) ?? 'text'
    if (kind === 'text') return escape(value)
    return columns[index] ?? untyped + escape(value)
  })
  let key = parts.map((part) => part + terminator).join('')
  if (values.some((value, index) => !isCanonical(keys[index], value))) {
    key += values.map((value) => escape(value) + terminator).join('')
  }
  return { key, columns, segment: segmentOf(key) }
}

/** Divisible by 1 to 10, so that every count of segments splits evenly. */
const segments = 5040

function segmentOf(key: string): number {
  return createHash('md5').update(key).digest().readUInt32LE(0) % segments
}

/** The sortable form of one value; null when the text is not of this kind. */
export function encodeValue(kind: KeyKind, value: string): string | null {
  if (kind === 'text') return escape(value)
  if (kind === 'integer') return /^[+-]?\d+$/.test(value.trim()) ? encodeNumber(value) : null
  if (kind === 'decimal') return encodeNumber(value)
  if (kind === 'date') return encodeDate(value)
  if (kind === 'timestamp') return encodeTimestamp(value)
  const lower = value.trim().toLowerCase()
  return lower === 'true' ? '1' : lower === 'false' ? '0' : null
}

/** False when another text has the same encoding, so that the key must tell them apart. */
function isCanonical(key: Column | undefined, value: string): boolean {
  switch (keyKind(key?.type) ?? 'text') {
    case 'text':
      return true
    case 'integer':
      return /^(0|-?[1-9]\d*)$/.test(value) || !/^\s*[+-]?\d+\s*$/.test(value)
    case 'date':
      return /^\d{4}-\d{2}-\d{2}$/.test(value)
    default:
      return false
  }
}

/** U+0000, U+0001 and U+0002 are spelled with U+0002, which keeps the order and frees the terminator. */
function escape(value: string): string {
  return value
    .replaceAll('\u0002', '\u0002\u0003')
    .replaceAll(terminator, '\u0002\u0002')
    .replaceAll('\u0000', '\u0002\u0001')
}

/** Sign, count of integer digits, digits: negative numbers have every digit complemented. */
function encodeNumber(value: string): string | null {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(value.trim())
  if (!match || (match[2] === '' && !match[3])) return null
  let whole = match[2]!
  let fraction = match[3] ?? ''
  const exponent = Number(match[4] ?? 0)
  if (exponent > 0) {
    whole += fraction.padEnd(exponent, '0').slice(0, exponent)
    fraction = fraction.slice(exponent)
  } else if (exponent < 0) {
    const padded = whole.padStart(-exponent, '0')
    fraction = padded.slice(padded.length + exponent) + fraction
    whole = padded.slice(0, padded.length + exponent)
  }
  whole = whole.replace(/^0+/, '')
  fraction = fraction.replace(/0+$/, '')
  if (whole.length > 999) return null
  if (whole === '' && fraction === '') return '1000'
  const digits = String(whole.length).padStart(3, '0') + whole + fraction
  if (match[1] !== '-') return `1${digits}`
  return `0${digits.replace(/\d/g, (digit) => String(9 - Number(digit)))}~`
}

function encodeDate(value: string): string | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(value.trim())
  if (!match) return null
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  const date = new Date(Date.UTC(year, month - 1, day))
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  return `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}`
}

function encodeTimestamp(value: string): string | null {
  const match = /^([\d-]+)(?:[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?)?$/.exec(value.trim())
  const date = match && encodeDate(match[1]!)
  if (!match || !date) return null
  const time = match[2] ?? '00:00:00'
  if (!/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(time)) return null
  const fraction = (match[3] ?? '').replace(/0+$/, '')
  return fraction === '' ? `${date} ${time}` : `${date} ${time}.${fraction}`
}

import type { JsonValue } from '../json/reader.ts'
import { javaDouble, quoted } from '../json/writer.ts'

/** A number as SQL sees it: whole ones have the bounds of their type, decimals their own digits. */
export type NumberItem =
  | { readonly kind: 'number'; readonly type: 'integer' | 'bigint'; readonly value: bigint }
  | { readonly kind: 'number'; readonly type: 'double'; readonly value: number }
  /** `value` divided by ten to the power of `scale`. */
  | {
      readonly kind: 'number'
      readonly type: 'decimal'
      readonly value: bigint
      readonly scale: number
    }

/** What a path is evaluated over. Objects hold each key once, the last value in the first one's place. */
export type Item =
  | NumberItem
  /** A whole number beyond 64 bits, or the input when it is empty: it can be printed, and nothing else. */
  | { readonly kind: 'opaque'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'array'; readonly items: readonly Item[] }
  | { readonly kind: 'object'; readonly entries: ReadonlyMap<string, Item> }

export const NULL_ITEM: Item = { kind: 'null' }

const bounds = { integer: 1n << 31n, bigint: 1n << 63n } as const

/** A whole number of the type, or undefined when it does not fit. */
export function wholeItem(value: bigint, type: 'integer' | 'bigint'): NumberItem | undefined {
  const bound = bounds[type]
  return value < bound && value >= -bound ? { kind: 'number', type, value } : undefined
}

/** A decimal literal, or a decimal of SQL. */
export function decimalItem(text: string): NumberItem {
  const [whole = '', fraction = ''] = text.split('.')
  return {
    kind: 'number',
    type: 'decimal',
    value: BigInt(`${whole}${fraction}`),
    scale: fraction.length,
  }
}

export function decimalText({ value, scale }: { value: bigint; scale: number }): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
  const cut = digits.length - scale
  return `${value < 0n ? '-' : ''}${digits.slice(0, cut)}${scale > 0 ? `.${digits.slice(cut)}` : ''}`
}

/** A value of JSON as an item. */
export function itemOf(value: JsonValue): Item {
  switch (value.kind) {
    case 'string':
      return value
    case 'literal':
      return value.text === 'null' ? NULL_ITEM : { kind: 'boolean', value: value.text === 'true' }
    case 'number': {
      if (!/^-?\d+$/.test(value.text)) {
        return { kind: 'number', type: 'double', value: Number(value.text) }
      }
      const whole = BigInt(value.text)
      return (
        wholeItem(whole, 'integer') ??
        wholeItem(whole, 'bigint') ?? { kind: 'opaque', text: String(whole) }
      )
    }
    case 'array':
      return { kind: 'array', items: value.items.map(itemOf) }
    case 'object':
      return {
        kind: 'object',
        entries: new Map(value.entries.map(([key, item]) => [key, itemOf(item)])),
      }
  }
}

/** An item as JSON. */
export function jsonText(item: Item): string {
  switch (item.kind) {
    case 'null':
      return 'null'
    case 'boolean':
      return String(item.value)
    case 'string':
      return quoted(item.text)
    case 'opaque':
      return item.text
    case 'number': {
      if (item.type === 'decimal') return decimalText(item)
      if (item.type !== 'double') return String(item.value)
      const text = javaDouble(item.value)
      return Number.isFinite(item.value) ? text : `"${text}"`
    }
    case 'array':
      return `[${item.items.map(jsonText).join(',')}]`
    case 'object': {
      const members = Array.from(
        item.entries,
        ([key, value]) => `${quoted(key)}:${jsonText(value)}`,
      )
      return `{${members.join(',')}}`
    }
  }
}

import { type EngineFunction, FunctionFailure, engineFunction } from './function.ts'

const invalid = (text: string) => new FunctionFailure('INVALID_FUNCTION_ARGUMENT', text)

/** Character by character, as Java's own table has it: no letter becomes two. */
function upper(text: string): string {
  return Array.from(text, (char) => {
    const other = char.toUpperCase()
    return [...other].length === 1 ? other : char
  }).join('')
}

/** https://trino.io/docs/current/functions/string.html#levenshtein_distance, counted in code points. */
function levenshtein(from: string, to: string): bigint {
  const a = [...from]
  const b = [...to]
  if (a.length * b.length > 100_000_000) {
    throw invalid('The combined inputs for Levenshtein distance are too large')
  }
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, left] of a.entries()) {
    const next = [i + 1]
    for (const [j, right] of b.entries()) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (left === right ? 0 : 1)))
    }
    row = next
  }
  return BigInt(row[b.length]!)
}

function hamming(from: string, to: string): bigint {
  const a = [...from]
  const b = [...to]
  if (a.length !== b.length) {
    throw invalid('The input strings to hamming_distance function must have the same length')
  }
  return BigInt(a.filter((char, index) => char !== b[index]).length)
}

/** The place of the n-th occurrence, from the end when n is negative; 0 when there are not so many. */
function nthPosition(text: string, part: string, instance: bigint): bigint {
  if (instance === 0n) throw invalid("'instance' must be a positive or negative number.")
  if (part === '') return 1n
  let at = instance > 0n ? -1 : text.length
  for (let left = instance > 0n ? instance : -instance; left > 0n; left--) {
    if (instance < 0n && at === 0) return 0n
    at = instance > 0n ? text.indexOf(part, at + 1) : text.lastIndexOf(part, at - 1)
    if (at < 0) return 0n
  }
  return BigInt(Array.from(text.slice(0, at)).length + 1)
}

/** At most `limit` parts; the last holds the rest. */
function split(text: string, delimiter: string, limit: bigint): string[] {
  if (limit <= 0n) throw invalid('Limit must be positive')
  if (delimiter === '') throw invalid('The delimiter may not be the empty string')
  const parts = text.split(delimiter)
  if (BigInt(parts.length) <= limit) return parts
  const kept = parts.slice(0, Number(limit) - 1)
  return [...kept, parts.slice(Number(limit) - 1).join(delimiter)]
}

/** Entries of `a=1,b=2` as pairs of texts. */
function pairs(text: string, entries: string, pair: string): string[][] {
  if (entries === '') throw invalid('entryDelimiter is empty')
  if (pair === '') throw invalid('keyValueDelimiter is empty')
  if (entries === pair) throw invalid('entryDelimiter and keyValueDelimiter must not be the same')
  const list = text.split(entries)
  // Nothing after the last delimiter is no entry.
  if (list.at(-1) === '') list.pop()
  return list.map((entry) => {
    const parts = entry.split(pair)
    if (parts.length === 2) return parts
    throw invalid(
      `Key-value delimiter must appear exactly once in each entry. Bad input: '${entry}'`,
    )
  })
}

function uniquePairs(text: string, entries: string, pair: string): string[][] {
  const list = pairs(text, entries, pair)
  const seen = new Set<string>()
  for (const [key] of list) {
    if (seen.has(key!)) throw invalid(`Duplicate keys (${key}) are not allowed`)
    seen.add(key!)
  }
  return list
}

function multiPairs(text: string, entries: string, pair: string): string[][] {
  const lists = new Map<string, string[]>()
  for (const [key, value] of pairs(text, entries, pair)) {
    lists.set(key!, [...(lists.get(key!) ?? []), value!])
  }
  return Array.from(lists, ([key, values]) => [key, ...values])
}

const forms = ['NFC', 'NFD', 'NFKC', 'NFKD']

/** Every second digit from the right doubled, the sum a multiple of ten. */
function luhn(text: string): boolean {
  if (/[^0-9]/.test(text)) throw invalid('Input contains non-digit character')
  if (text === '') return false
  let sum = 0
  for (const [index, digit] of [...text].toReversed().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

/** Digits of the letters A to Z; H and W part nothing. */
const soundexDigits = '01230120022455012623010202'

/** https://trino.io/docs/current/functions/string.html#soundex */
function soundex(text: string): string {
  const signs = [...text].filter((char) => /\p{L}/u.test(char)).map((char) => char.toUpperCase())
  const other = signs.find((char) => !/^[A-Z]$/.test(char))
  if (other !== undefined) throw invalid(`The character is not mapped: ${other}`)
  const digitOf = (char: string) => soundexDigits[char.charCodeAt(0) - 65]!
  let code = signs[0] ?? ''
  let last = code === '' ? '' : digitOf(code)
  for (const char of signs.slice(1)) {
    if (char === 'H' || char === 'W') continue
    const digit = digitOf(char)
    if (digit !== '0' && digit !== last) code += digit
    last = digit
  }
  return code === '' ? '' : code.slice(0, 4).padEnd(4, '0')
}

export const textFunctions: readonly EngineFunction[] = [
  engineFunction('trino_upper', ['text'], 'text', upper),
  engineFunction('trino_reverse', ['text'], 'text', (text) => [...text].toReversed().join('')),
  engineFunction('trino_interleave', ['text', 'text'], 'text', (text, between) =>
    [...text].reduce((made, char) => made + char + between, between),
  ),
  engineFunction('trino_levenshtein', ['text', 'text'], 'bigint', levenshtein),
  engineFunction('trino_hamming', ['text', 'text'], 'bigint', hamming),
  engineFunction('trino_nth_position', ['text', 'text', 'bigint'], 'bigint', nthPosition),
  engineFunction('trino_split', ['text', 'text', 'bigint'], 'texts', split),
  engineFunction('trino_pairs', ['text', 'text', 'text'], 'textLists', uniquePairs),
  engineFunction('trino_multi_pairs', ['text', 'text', 'text'], 'textLists', multiPairs),
  engineFunction('trino_normalize', ['text', 'text'], 'text', (text, form) => {
    if (!forms.includes(form))
      throw invalid(`Normalization form must be one of [NFD, NFC, NFKD, NFKC]`)
    return text.normalize(form)
  }),
  engineFunction('trino_soundex', ['text'], 'text', soundex),
  engineFunction('trino_luhn', ['text'], 'boolean', luhn),
]

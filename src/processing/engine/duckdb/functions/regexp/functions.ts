import { remembered } from '#kit'
import { type EngineFunction, FunctionFailure, engineFunction } from '../function.ts'
import { type Pattern, compilePattern } from './pattern.ts'
import { type Replacement, parseReplacement } from './replacement.ts'

const bounds = { countMax: 1_000, lengthMax: 4 * 1024 * 1024 }
/** Letters whose case folds into several, which JavaScript does not do and Trino does. */
const foldsToSeveral =
  /[\u00df\u017f\u2126\u212a\u212b\u0130\u0149\u01f0\u0390\u03b0\u0587\u1e96-\u1e9e\u1f50-\u1ffc\ufb00-\ufb17]/

interface Compiled extends Pattern {
  readonly foldsOddly: boolean
}

/** Compiled once. */
const patternOf = remembered(bounds, (text: string): Compiled => ({
  ...compilePattern(text),
  foldsOddly: foldsToSeveral.test(text),
}))

/** All matches one after the other; an empty one is not found where the one before it ended. */
function* matchesOf(text: string, pattern: Compiled): Generator<RegExpExecArray> {
  if (pattern.foldsCase && (foldsToSeveral.test(text) || pattern.foldsOddly)) {
    throw new FunctionFailure(
      'NOT_SUPPORTED',
      'a regular expression that ignores case is not supported on text with letters such as ß',
    )
  }
  const { regexp } = pattern
  regexp.lastIndex = 0
  for (;;) {
    const match = regexp.exec(text)
    if (!match) return
    const next = match.index + match[0].length
    yield match
    regexp.lastIndex =
      match[0].length > 0 ? next : next + ((text.codePointAt(next) ?? 0) > 0xffff ? 2 : 1)
    if (regexp.lastIndex > text.length) return
  }
}

function firstOf(text: string, pattern: Compiled): RegExpExecArray | undefined {
  for (const match of matchesOf(text, pattern)) return match
  return undefined
}

function groupOf(match: RegExpExecArray, pattern: Pattern, group: number): string | null {
  return match[pattern.groups[group]!] ?? null
}

function checkedGroup(pattern: Pattern, group: bigint): number {
  const count = pattern.groups.length - 1
  if (group < 0n) throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', 'Group cannot be negative')
  if (group > BigInt(count)) {
    throw new FunctionFailure(
      'INVALID_FUNCTION_ARGUMENT',
      `Pattern has ${count} groups. Cannot access group ${group}`,
    )
  }
  return Number(group)
}

function replaced(text: string, pattern: Compiled, replacement: Replacement): string {
  let result = ''
  let end = 0
  for (const match of matchesOf(text, pattern)) {
    result += text.slice(end, match.index)
    for (const part of replacement) {
      result += typeof part === 'string' ? part : (groupOf(match, pattern, part) ?? '')
    }
    end = match.index + match[0].length
  }
  return result + text.slice(end)
}

/** The place of the n-th match at or after a place, both counted in code points from 1; -1 when there is none. */
function positionOf(text: string, pattern: Compiled, start: bigint, occurrence: bigint): bigint {
  if (start < 1n) {
    throw new FunctionFailure(
      'INVALID_FUNCTION_ARGUMENT',
      'start position cannot be smaller than 1',
    )
  }
  if (occurrence < 1n) {
    throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', 'occurrence cannot be smaller than 1')
  }
  const skipped = [...text].slice(0, Number(start) - 1).join('').length
  let left = occurrence
  for (const match of matchesOf(text, pattern)) {
    if (match.index < skipped) continue
    if (--left === 0n) return BigInt(Array.from(text.slice(0, match.index)).length + 1)
  }
  return -1n
}

/** https://trino.io/docs/current/functions/regexp.html */
export const regexpFunctions: readonly EngineFunction[] = [
  engineFunction(
    'trino_regexp_like',
    ['text', 'text'],
    'boolean',
    (text, pattern) => firstOf(text, patternOf(pattern)) !== undefined,
  ),
  engineFunction(
    'trino_regexp_extract',
    ['text', 'text', 'bigint'],
    'text',
    (text, source, group) => {
      const pattern = patternOf(source)
      const place = checkedGroup(pattern, group)
      const match = firstOf(text, pattern)
      return match ? groupOf(match, pattern, place) : null
    },
  ),
  engineFunction(
    'trino_regexp_extract_all',
    ['text', 'text', 'bigint'],
    'texts',
    (text, source, group) => {
      const pattern = patternOf(source)
      const place = checkedGroup(pattern, group)
      return Array.from(matchesOf(text, pattern), (match) => groupOf(match, pattern, place))
    },
  ),
  engineFunction(
    'trino_regexp_replace',
    ['text', 'text', 'text'],
    'text',
    (text, source, replacement) => {
      const pattern = patternOf(source)
      return replaced(text, pattern, parseReplacement(replacement, pattern))
    },
  ),
  // For a lambda: before each match the text since the last, then its groups; at the end the rest.
  engineFunction('trino_regexp_pieces', ['text', 'text'], 'textLists', (text, source) => {
    const pattern = patternOf(source)
    const pieces: (string | null)[][] = []
    let end = 0
    for (const match of matchesOf(text, pattern)) {
      const groups = pattern.groups.slice(1).map((_, index) => groupOf(match, pattern, index + 1))
      pieces.push([text.slice(end, match.index), ...groups])
      end = match.index + match[0].length
    }
    return [...pieces, [text.slice(end)]]
  }),
  engineFunction('trino_regexp_split', ['text', 'text'], 'texts', (text, source) => {
    const parts: string[] = []
    let end = 0
    for (const match of matchesOf(text, patternOf(source))) {
      parts.push(text.slice(end, match.index))
      end = match.index + match[0].length
    }
    return [...parts, text.slice(end)]
  }),
  engineFunction('trino_regexp_count', ['text', 'text'], 'bigint', (text, source) => {
    let count = 0n
    for (const _ of matchesOf(text, patternOf(source))) count++
    return count
  }),
  engineFunction(
    'trino_regexp_position',
    ['text', 'text', 'bigint', 'bigint'],
    'bigint',
    (text, source, start, occurrence) => positionOf(text, patternOf(source), start, occurrence),
  ),
]

import { FunctionFailure } from '../function.ts'
import { classSource, escapedSource, propertySource } from './escapes.ts'

/** A pattern of Trino, compiled. */
export interface Pattern {
  readonly regexp: RegExp
  /** For each group of the pattern, from the whole match on, its place among ours. */
  readonly groups: readonly number[]
  readonly names: ReadonlyMap<string, number>
  /** True when it ignores case somewhere. */
  readonly foldsCase: boolean
}

interface Flags {
  readonly multiline: boolean
  readonly dotAll: boolean
  readonly spaced: boolean
}

/** What ends a text for `\Z` and `$`: a line feed at its very end does not count. */
const textEnd = '(?=\\n?(?![\\s\\S]))'
const word = '[\\p{L}\\p{M}\\p{N}\\p{Pc}]'
const wordBoundary = `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`
const notWordBoundary = `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`

/**
 * Translates a regular expression in Java's syntax, which is Trino's
 * (https://trino.io/docs/current/functions/regexp.html), into one of JavaScript. What would mean
 * something else is refused.
 */
export function compilePattern(text: string): Pattern {
  const translator = new Translator(text)
  const source = translator.translate()
  try {
    const regexp = new RegExp(source, 'gv')
    return {
      regexp,
      groups: translator.groups,
      names: translator.names,
      foldsCase: translator.foldsCase,
    }
  } catch {
    throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', `Invalid regular expression: ${text}`)
  }
}

class Translator {
  readonly #text: string
  #at = 0
  /** Groups that JavaScript counts so far. */
  #count = 0
  readonly groups: number[] = [0]
  readonly names = new Map<string, number>()
  foldsCase = false

  constructor(text: string) {
    this.#text = text
  }

  translate(): string {
    const source = this.#alternatives({ multiline: false, dotAll: false, spaced: false }, 0)
    if (this.#at < this.#text.length) throw this.#invalid('unmatched close parenthesis')
    return source
  }

  #invalid(why: string): Error {
    return new FunctionFailure('INVALID_FUNCTION_ARGUMENT', `${why}: ${this.#text}`)
  }

  #unsupported(what: string): Error {
    return new FunctionFailure('NOT_SUPPORTED', `${what} is not supported in a regular expression`)
  }

  /** All up to the closing bracket of a group, or the end. */
  #alternatives(flags: Flags, depth: number): string {
    if (depth > 200) throw this.#unsupported('deeper nesting')
    let source = ''
    let current = flags
    /** What flags have opened and the end of the group closes. */
    const opened: string[] = []
    while (this.#at < this.#text.length && this.#text[this.#at] !== ')') {
      const change = this.#flagChange(current)
      if (change) {
        current = change.flags
        source += change.source
        if (change.source !== '') opened.push(change.source)
        continue
      }
      if (this.#text[this.#at] === '|') {
        this.#at++
        // A flag set in one alternative holds in those after it.
        source += `${')'.repeat(opened.length)}|${opened.join('')}`
        continue
      }
      if (current.spaced && this.#skipSpace()) continue
      const start = this.#count
      source += this.#quantified(this.#atom(current, depth), start)
    }
    return source + ')'.repeat(opened.length)
  }

  #skipSpace(): boolean {
    if (/\s/.test(this.#text[this.#at]!)) this.#at++
    else if (this.#text[this.#at] === '#') {
      while (this.#at < this.#text.length && this.#text[this.#at] !== '\n') this.#at++
    } else return false
    return true
  }

  /** `(?i)` and the like, which hold to the end of the group. */
  #flagChange(flags: Flags): { flags: Flags; source: string } | undefined {
    const found = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]*))?\)/.exec(this.#text.slice(this.#at))
    if (!found || (found[1] === '' && found[2] === undefined)) return undefined
    this.#at += found[0].length
    const changed = this.#flags(flags, found[1]!, found[2] ?? '')
    return { flags: changed.flags, source: changed.fold === '' ? '' : `(?${changed.fold}:` }
  }

  #flags(flags: Flags, on: string, off: string): { flags: Flags; fold: string } {
    for (const flag of on + off) {
      if (!'imsx'.includes(flag)) throw this.#unsupported(`the flag ${flag}`)
    }
    const set = (flag: string, before: boolean) =>
      off.includes(flag) ? false : before || on.includes(flag)
    if (on.includes('i')) this.foldsCase = true
    return {
      flags: {
        multiline: set('m', flags.multiline),
        dotAll: set('s', flags.dotAll),
        spaced: set('x', flags.spaced),
      },
      fold: off.includes('i') ? '-i' : on.includes('i') ? 'i' : '',
    }
  }

  #atom(flags: Flags, depth: number): string {
    const char = String.fromCodePoint(this.#text.codePointAt(this.#at)!)
    switch (char) {
      case '(':
        return this.#group(flags, depth)
      case '[':
        return this.#class()
      case '\\':
        return this.#escape()
      case '.':
        this.#at++
        return flags.dotAll ? '[\\s\\S]' : '[^\\n]'
      case '^':
        this.#at++
        return flags.multiline ? '(?<![^\\n])' : '(?<![\\s\\S])'
      case '$':
        this.#at++
        return flags.multiline ? '(?![^\\n])' : textEnd
      case '*':
      case '+':
      case '?':
        throw this.#invalid('target of repeat operator is not specified')
      default:
        this.#at += char.length
        return escapedSource(char)
    }
  }

  /** An atom with the quantifier behind it. `start`: the groups before the atom. */
  #quantified(atom: string, start: number): string {
    const found = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/.exec(this.#text.slice(this.#at))
    if (!found) return atom
    this.#at += found[0].length
    if (found[3] && Number(found[3]) < Number(found[1])) throw this.#invalid('invalid repeat range')
    if (Number(found[1] ?? 0) > 1000 || Number(found[3] || 0) > 1000)
      throw this.#unsupported('a repetition of more than 1000')
    const mode = this.#text[this.#at]
    if (mode === '?' || mode === '+') this.#at++
    const again = this.#text[this.#at]
    if (again === '*' || again === '+' || again === '?')
      throw this.#unsupported('a quantifier of a quantifier')
    const repeated = `(?:${atom})${found[0]}`
    if (mode === '?') return `${repeated}?`
    return mode === '+' ? this.#atomic(repeated, start) : repeated
  }

  /** What matched once is not tried otherwise: a look-ahead captures it, and is then matched again. */
  #atomic(source: string, start: number): string {
    // The new group stands before those within, which move up by one.
    this.#count++
    for (let index = 0; index < this.groups.length; index++) {
      if (this.groups[index]! > start) this.groups[index]!++
    }
    if (/\\[1-9]/.test(source)) throw this.#unsupported('a back-reference in an atomic group')
    return `(?:(?=(${source}))\\${start + 1})`
  }

  #group(flags: Flags, depth: number): string {
    const rest = this.#text.slice(this.#at)
    const start = this.#count
    const close = (source: string) => {
      if (this.#text[this.#at] !== ')')
        throw this.#invalid('end pattern with unmatched parenthesis')
      this.#at++
      return source
    }
    const inner = (skip: number, with_: Flags = flags) => {
      this.#at += skip
      return this.#alternatives(with_, depth + 1)
    }
    if (!rest.startsWith('(?')) {
      this.groups.push(++this.#count)
      return close(`(${inner(1)})`)
    }
    const look = /^\(\?(?:[=!]|<[=!])/.exec(rest)?.[0]
    if (look) return close(`${look}${inner(look.length)})`)
    if (rest.startsWith('(?>')) return close(this.#atomic(inner(3), start))
    if (rest.startsWith('(?#')) throw this.#unsupported('a comment')
    const named = /^\(\?<([A-Za-z][A-Za-z0-9]*)>/.exec(rest)
    if (named) {
      if (this.names.has(named[1]!)) throw this.#unsupported('a name of two groups')
      this.names.set(named[1]!, this.groups.length)
      this.groups.push(++this.#count)
      return close(`(${inner(named[0].length)})`)
    }
    const flagged = /^\(\?([a-zA-Z]*)(?:-([a-zA-Z]*))?:/.exec(rest)
    if (!flagged) throw this.#invalid('undefined group option')
    const { flags: changed, fold } = this.#flags(flags, flagged[1]!, flagged[2] ?? '')
    return close(`(?${fold}:${inner(flagged[0].length, changed)})`)
  }

  #escape(): string {
    const rest = this.#text.slice(this.#at)
    const quoted = /^\\Q([\s\S]*?)(?:\\E|$)/.exec(rest)
    if (quoted) {
      this.#at += quoted[0].length
      return `(?:${[...quoted[1]!].map(escapedSource).join('')})`
    }
    const back = /^\\(?:([1-9])|k<([A-Za-z][A-Za-z0-9]*)>)/.exec(rest)
    if (back) {
      this.#at += back[0].length
      if (/^\d/.test(this.#text.slice(this.#at)) && back[1])
        throw this.#unsupported('a back-reference before a digit')
      const place = back[1] ? Number(back[1]) : (this.names.get(back[2]!) ?? -1)
      const group = this.groups[place]
      if (group === undefined) throw this.#invalid('invalid backref number/name')
      return `(?:\\${group})`
    }
    const anchors: Readonly<Record<string, string>> = {
      A: '(?<![\\s\\S])',
      z: '(?![\\s\\S])',
      Z: textEnd,
      b: wordBoundary,
      B: notWordBoundary,
    }
    const anchor = anchors[rest[1] ?? '']
    if (anchor) {
      this.#at += 2
      return anchor
    }
    const { source, length } = propertySource(rest)
    this.#at += length
    return source
  }

  #class(): string {
    const { source, length } = classSource(this.#text.slice(this.#at))
    this.#at += length
    return source
  }
}

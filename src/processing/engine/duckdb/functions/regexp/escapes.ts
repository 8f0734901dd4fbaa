import { FunctionFailure } from '../function.ts'

const special = /[\\^$.*+?()[\]{}|/\-&!#%,:;<=>@`~"']/

/** A character that stands for itself, in and out of classes. */
export function escapedSource(char: string): string {
  if (/^[A-Za-z0-9_ ]$/.test(char)) return char
  const code = char.codePointAt(0)!
  return special.test(char) || code < 32 || code > 126 ? `\\u{${code.toString(16)}}` : char
}

/** Classes by a letter, ASCII as in Java. */
const letters: Readonly<Record<string, string>> = {
  d: '[0-9]',
  D: '[^0-9]',
  w: '[A-Za-z0-9_]',
  W: '[^A-Za-z0-9_]',
  s: '[ \\t\\n\\x0B\\f\\r]',
  S: '[^ \\t\\n\\x0B\\f\\r]',
}
const controls: Readonly<Record<string, string>> = {
  t: '\\t',
  n: '\\n',
  r: '\\r',
  f: '\\f',
  a: '\\x07',
  e: '\\x1B',
}
const generalCategories = /^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfson]?)$/

/** Names of properties and scripts, and what JavaScript calls them. */
const properties: Readonly<Record<string, string>> = {
  Alpha: 'Alphabetic',
  Digit: 'Nd',
  Upper: 'Uppercase',
  Lower: 'Lowercase',
  ...Object.fromEntries(
    'Arabic Armenian Bengali Cyrillic Devanagari Greek Han Hangul Hebrew Hiragana Katakana Latin Tamil Thai'
      .split(' ')
      .map((name) => [name, `Script=${name}`]),
  ),
}

/** `\d`, `\x41`, `\p{Lu}` and the like at the start of a text, and how long it is. */
export function propertySource(text: string): { readonly source: string; readonly length: number } {
  const letter = text[1]
  if (letter === undefined)
    throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', 'end pattern at escape')
  if (letters[letter]) return { source: letters[letter], length: 2 }
  if (controls[letter]) return { source: controls[letter], length: 2 }
  const code = /^\\(?:x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4}))/.exec(text)
  if (code) {
    const value = Number.parseInt(code[1] ?? code[2] ?? code[3]!, 16)
    if (value <= 0x10ffff) return { source: `\\u{${value.toString(16)}}`, length: code[0].length }
  }
  const property = /^\\([pP])\{(\^?)([A-Za-z]+)\}/.exec(text)
  if (property) {
    const name = property[3]!
    const known = generalCategories.test(name) ? name : properties[name]
    if (known && property[2] === '') {
      return { source: `\\${property[1]}{${known}}`, length: property[0].length }
    }
  }
  if (/[A-Za-z0-9]/.test(letter)) {
    const shown = property?.[0] ?? `\\${letter}`
    throw new FunctionFailure('NOT_SUPPORTED', `${shown} is not supported in a regular expression`)
  }
  const char = String.fromCodePoint(text.codePointAt(1)!)
  return { source: escapedSource(char), length: 1 + char.length }
}

/** A class in square brackets at the start of a text, with unions and intersections. */
export function classSource(text: string): { readonly source: string; readonly length: number } {
  let at = 1
  const negated = text[at] === '^'
  if (negated) at++
  const operands: string[] = []
  let members = ''
  let first = true
  for (;;) {
    const char = text[at] === undefined ? undefined : String.fromCodePoint(text.codePointAt(at)!)
    if (char === undefined)
      throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', `premature end of char-class: ${text}`)
    if (char === ']' && !first) break
    if (text.startsWith('&&', at)) {
      operands.push(members)
      members = ''
      at += 2
    } else if (text.startsWith('[:', at)) {
      throw new FunctionFailure(
        'NOT_SUPPORTED',
        'a POSIX class is not supported in a regular expression',
      )
    } else if (char === '[') {
      const inner = classSource(text.slice(at))
      members += inner.source
      at += inner.length
    } else {
      const low = member(text.slice(at))
      at += low.length
      const ranged = text[at] === '-' && text[at + 1] !== ']' && text[at + 1] !== undefined
      if (!ranged) members += low.source
      else {
        if (text[at + 1] === '[')
          throw new FunctionFailure(
            'NOT_SUPPORTED',
            'a class after a hyphen is not supported in a regular expression',
          )
        const high = member(text.slice(at + 1))
        if (low.source.startsWith('[') || high.source.startsWith('['))
          throw new FunctionFailure(
            'NOT_SUPPORTED',
            'a range of classes is not supported in a regular expression',
          )
        members += `${low.source}-${high.source}`
        at += 1 + high.length
      }
    }
    first = false
  }
  operands.push(members)
  const body = operands.length === 1 ? members : operands.map((each) => `[${each}]`).join('&&')
  return { source: `[${negated ? '^' : ''}${body}]`, length: at + 1 }
}

function member(text: string): { readonly source: string; readonly length: number } {
  if (text[0] === '\\') {
    if (/^\\[bBAzZQGRXkE]/.test(text))
      throw new FunctionFailure('NOT_SUPPORTED', `${text.slice(0, 2)} is not supported in a class`)
    return propertySource(text)
  }
  const char = String.fromCodePoint(text.codePointAt(0)!)
  return { source: escapedSource(char), length: char.length }
}

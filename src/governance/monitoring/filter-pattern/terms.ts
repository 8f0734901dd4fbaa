import { invalidPattern } from './invalid.ts'

/** A term, with the sign before it, if any. */
interface Term {
  readonly sign: '?' | '-' | ''
  readonly text: string
}

/**
 * Terms are parts of the message, in the same case. Without signs all must be there; with `-` it must not. Terms with `?` are
 * alternatives; beside other terms they are ignored, as the AWS documentation says.
 */
export function compileTerms(pattern: string): (message: string) => boolean {
  const terms = parse(pattern)
  const wanted = terms.filter((term) => term.sign === '').map((term) => term.text)
  const unwanted = terms.filter((term) => term.sign === '-').map((term) => term.text)
  const either = terms.filter((term) => term.sign === '?').map((term) => term.text)
  if (wanted.length === 0 && unwanted.length === 0) {
    return (message) => either.some((text) => message.includes(text))
  }
  return (message) =>
    wanted.every((text) => message.includes(text)) &&
    !unwanted.some((text) => message.includes(text))
}

const termPattern = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)/suy

function parse(pattern: string): readonly Term[] {
  const terms: Term[] = []
  const matcher = new RegExp(termPattern)
  while (matcher.lastIndex < pattern.length) {
    const at = matcher.lastIndex
    const found = matcher.exec(pattern)
    if (!found) throw invalidPattern(`unbalanced quotes at '${pattern.slice(at).trim()}'`)
    const [, sign, quoted, plain] = found
    if (plain !== undefined && !/^[\p{L}\p{N}_]+$/u.test(plain)) {
      throw plain.startsWith('%')
        ? invalidPattern('regular expressions are not supported here')
        : invalidPattern(`Invalid character(s) in term '${plain}'`)
    }
    terms.push({
      sign: sign as Term['sign'],
      text: plain ?? quoted!.replaceAll(/\\(.)/gsu, '$1'),
    })
  }
  return terms
}

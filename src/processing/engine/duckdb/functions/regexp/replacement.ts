import { FunctionFailure } from '../function.ts'
import type { Pattern } from './pattern.ts'

/** Text, and numbers of groups. */
export type Replacement = readonly (string | number)[]

/** `$1`, `${name}` and `\$` of a replacement. A number of a group takes the digits that name one. */
export function parseReplacement(text: string, pattern: Pattern): Replacement {
  const illegal = (what: string) =>
    new FunctionFailure('INVALID_FUNCTION_ARGUMENT', `Illegal replacement sequence: ${what}`)
  const parts: (string | number)[] = []
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') {
      const next = text[++at]
      if (next === undefined) throw illegal(text)
      parts.push(next)
    } else if (text[at] !== '$') {
      parts.push(text[at]!)
    } else if (text[at + 1] === '{') {
      const end = text.indexOf('}', at)
      const name = text.slice(at + 2, end < 0 ? text.length : end)
      const group = pattern.names.get(name)
      if (end < 0 || group === undefined) throw illegal(`unknown group { ${name} }`)
      parts.push(group)
      at = end
    } else {
      if (!/\d/.test(text[at + 1] ?? '')) throw illegal(text)
      let group = Number(text[++at])
      if (group >= pattern.groups.length) throw illegal(`unknown group ${group}`)
      while (/\d/.test(text[at + 1] ?? '')) {
        const longer = group * 10 + Number(text[at + 1])
        if (longer >= pattern.groups.length) break
        group = longer
        at++
      }
      parts.push(group)
    }
  }
  return parts
}

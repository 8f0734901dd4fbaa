import { CatalogErrors } from './errors.ts'

interface Atom {
  readonly matches: (char: string) => boolean
  readonly optional: boolean
  readonly repeats: boolean
}

/**
 * Glue's pattern for names of tables and functions: a regular expression over the whole name, any
 * case, of characters, `.`, classes `[a-z]`, `\x`, `*`, `+`, `?` and `|`. Clients also write Hive's form, in
 * which `*` stands for any text: a `*` after a plain character, or first, means that.
 * Matched by tracking positions, so no pattern takes more than its length times the name's.
 */
export function namePattern(pattern: string): (name: string) => boolean {
  const alternatives = splitAlternatives(pattern.toLowerCase()).map(parse)
  return (name) => alternatives.some((atoms) => matches(atoms, name))
}

function splitAlternatives(pattern: string): readonly string[] {
  const parts: string[] = ['']
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === '|') parts.push('')
    else if (pattern[at] === '\\') {
      parts.push(`${parts.pop()}${pattern.slice(at, at + 2)}`)
      at++
    } else parts.push(`${parts.pop()}${pattern[at]}`)
  }
  return parts
}

function parse(source: string): readonly Atom[] {
  const pattern = source.replace(/^\^/, '').replace(/(?<!\\)\$$/, '')
  const atoms: Atom[] = []
  const any = () => true
  let at = 0
  while (at < pattern.length) {
    const char = pattern[at++]!
    if (char === '*') {
      atoms.push({ matches: any, optional: true, repeats: true })
      continue
    }
    if ('()+?{}'.includes(char)) throw invalid(source)
    let test: (char: string) => boolean = (other) => other === char
    let isSet = false
    if (char === '.') {
      test = any
      isSet = true
    } else if (char === '[') {
      const end = pattern.indexOf(']', at)
      if (end < 0) throw invalid(source)
      test = parseClass(pattern.slice(at, end))
      at = end + 1
      isSet = true
    } else if (char === '\\') {
      const escaped = pattern[at++]
      if (escaped === undefined) throw invalid(source)
      test = escapeClass(escaped)
      isSet = /[wds]/.test(escaped)
    }
    const quantifier = pattern[at]
    const quantified = quantifier === '+' || quantifier === '?' || (quantifier === '*' && isSet)
    if (quantified) at++
    atoms.push({
      matches: test,
      optional: quantified && quantifier !== '+',
      repeats: quantified && quantifier !== '?',
    })
  }
  return atoms
}

function parseClass(body: string): (char: string) => boolean {
  const negated = body.startsWith('^')
  const members = negated ? body.slice(1) : body
  const ranges: [string, string][] = []
  for (let at = 0; at < members.length; at++) {
    const isRange = members[at + 1] === '-' && at + 2 < members.length
    ranges.push([members[at]!, members[isRange ? at + 2 : at]!])
    if (isRange) at += 2
  }
  return (char) => ranges.some(([low, high]) => char >= low && char <= high) !== negated
}

function escapeClass(char: string): (other: string) => boolean {
  if (char === 'w') return (other) => /\w/.test(other)
  if (char === 'd') return (other) => /\d/.test(other)
  if (char === 's') return (other) => /\s/.test(other)
  return (other) => other === char
}

function matches(atoms: readonly Atom[], name: string): boolean {
  let states = new Set<number>()
  const enter = (into: Set<number>, state: number): void => {
    if (into.has(state)) return
    into.add(state)
    if (atoms[state]?.optional) enter(into, state + 1)
  }
  enter(states, 0)
  for (const char of name.toLowerCase()) {
    const next = new Set<number>()
    for (const state of states) {
      const atom = atoms[state]
      if (!atom?.matches(char)) continue
      enter(next, state + 1)
      if (atom.repeats) enter(next, state)
    }
    if (next.size === 0) return false
    states = next
  }
  return states.has(atoms.length)
}

function invalid(pattern: string): Error {
  return CatalogErrors.InvalidInput(
    `The pattern '${pattern}' is not supported: groups and counted repetition cannot be used.`,
  )
}

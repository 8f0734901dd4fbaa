/** Stand for a star and a question mark that are meant literally. */
const literalStar = '\u0001'
const literalMark = '\u0002'

/** True when `*` (any run of characters) and `?` (any one) of the pattern make it the text. No recursion: the time is bounded by the product of the lengths. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let p = 0
  let t = 0
  let star = -1
  let resume = 0
  while (t < text.length) {
    const c = pattern[p]
    if (c === '*') {
      star = p++
      resume = t
    } else if (c !== undefined && (c === '?' || plain(c) === text[t])) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++resume
    } else {
      return false
    }
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}

/** Text that matches only itself inside a pattern. */
export function quoteWildcards(text: string): string {
  return text.replaceAll('*', literalStar).replaceAll('?', literalMark)
}

/** The opposite of `quoteWildcards`. */
export function unquoteWildcards(text: string): string {
  return text.replaceAll(literalStar, '*').replaceAll(literalMark, '?')
}

function plain(character: string): string {
  if (character === literalStar) return '*'
  return character === literalMark ? '?' : character
}

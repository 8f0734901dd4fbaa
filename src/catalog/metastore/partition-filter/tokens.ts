/** A piece of an expression. Words keep their case; `text` is what a quoted piece holds. */
export interface Token {
  readonly kind: 'word' | 'quotedWord' | 'string' | 'number' | 'symbol' | 'end'
  readonly text: string
  /** Where it begins, for messages. */
  readonly at: number
}

const pattern =
  /\s*(?:(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w]))|(?<word>[A-Za-z_\u0080-\uffff$][\w.$\u0080-\uffff]*)|'(?<string>(?:[^']|'')*)'|"(?<double>(?:[^"]|"")*)"|`(?<back>(?:[^`]|``)*)`|(?<symbol><=>|<>|!=|<=|>=|=|<|>|\(|\)|,|-|\+))/y

/** Splits an expression; undefined when some piece is not of the grammar. */
export function tokenize(source: string): readonly Token[] | undefined {
  const tokens: Token[] = []
  pattern.lastIndex = 0
  let at = 0
  while (source.slice(at).trim() !== '') {
    pattern.lastIndex = at
    const groups = pattern.exec(source)?.groups
    if (!groups) return undefined
    tokens.push(toToken(groups, at))
    at = pattern.lastIndex
  }
  tokens.push({ kind: 'end', text: '', at: source.length })
  return tokens
}

function toToken(groups: Record<string, string | undefined>, at: number): Token {
  if (groups['number'] !== undefined) return { kind: 'number', text: groups['number'], at }
  if (groups['word'] !== undefined) return { kind: 'word', text: groups['word'], at }
  if (groups['string'] !== undefined)
    return { kind: 'string', text: groups['string'].replaceAll("''", "'"), at }
  if (groups['double'] !== undefined)
    return { kind: 'quotedWord', text: groups['double'].replaceAll('""', '"'), at }
  if (groups['back'] !== undefined)
    return { kind: 'quotedWord', text: groups['back'].replaceAll('``', '`'), at }
  return { kind: 'symbol', text: groups['symbol']!, at }
}

import { isTest, lineAt, type Rule, type SourceFile } from './source.ts'

/** What may be awaited within a transaction though it does not name it, and why that holds nobody up. */
const allowed: readonly { readonly awaited: RegExp; readonly reason: string }[] = [
  {
    awaited: /^wholeChecksum\(/,
    reason:
      'the checksum of the checksums of an upload is worked out on this thread: nothing is waited for',
  },
  {
    awaited: /^takeOver\?\.\(/,
    reason:
      'the bytes that are replaced are in memory, or in a row that this thread reads by itself',
  },
]

/** The work of a transaction is handed to these two, or to a function of one of these names that hands it on. */
const handingOver =
  /(?:\.(?:transaction|optimistic)|(?<![.#\w])(?:within|write|inOne))(?:<[^()]*>)?\(\s*(?:[\w.]+,\s*)*(?:async\s*)?(?=[\w(])/g

/**
 * While a transaction runs, every other writer waits: so it awaits nothing but its own statements. What is awaited must therefore name the
 * transaction, or what was made of it (`tx.tables()`), in the work that is handed to `transaction` and `optimistic` and in every
 * function that takes a `Transaction`.
 */
export const transactionsAwaitOnlyThemselves: Rule = (files) =>
  files
    .filter((file) => !isTest(file))
    .flatMap((file) => {
      const lines = new Set(worksIn(file).flatMap((work) => foreignAwaits(file.code, work)))
      return [...lines]
        .toSorted((a, b) => a - b)
        .map(
          (line) =>
            `${file.path}:${line}: a transaction waits for something else than its own statements, and everybody for it: do that before or after`,
        )
    })

/** The body of a function, and the names under which it knows its transaction. */
interface Work {
  readonly start: number
  readonly end: number
  readonly names: readonly string[]
}

function worksIn({ code }: SourceFile): Work[] {
  const handed = [...code.matchAll(handingOver)]
    .map((match) => match.index + match[0].length)
    .flatMap((at) => arrowAt(code, at) ?? [])
  const taking = [...code.matchAll(/\b\w+\??: Transaction\b/g)].flatMap(
    (match) => functionAround(code, match.index) ?? [],
  )
  return [...handed, ...taking]
}

/** `(tx) => …` and `tx => …` */
function arrowAt(code: string, at: number): Work | undefined {
  const isList = code[at] === '('
  const listEnd = isList ? closing(code, at) : at + /^\w+/.exec(code.slice(at))![0].length
  const arrow = /^\s*=>\s*/.exec(code.slice(listEnd))
  if (!arrow) return undefined
  const names = code.slice(at, listEnd).match(/\w+/g)
  return names ? { ...bodyAt(code, listEnd + arrow[0].length), names } : undefined
}

/** Of which a parameter stands at this place. Undefined for a type. */
function functionAround(code: string, at: number): Work | undefined {
  const start = opening(code, at)
  if (start === undefined || code[start] !== '(') return undefined
  const end = closing(code, start)
  const names = parametersOf(code.slice(start + 1, end - 1))
  const body = bodyBehind(code, end)
  return body === undefined ? undefined : { ...bodyAt(code, body), names }
}

/** Where the body begins of a function whose parameters end here. Undefined for a type, which has none. */
function bodyBehind(code: string, from: number): number | undefined {
  let depth = 0
  for (let at = from; at < code.length; at += 1) {
    const char = code[at]!
    if (code.startsWith('=>', at)) {
      const body = at + /^=>\s*/.exec(code.slice(at))![0].length
      if (depth === 0) return /^(?:Promise<|void\b)/.test(code.slice(body)) ? undefined : body
      at += 1
    } else if (char === '<') depth += 1
    else if (char === '>') depth -= 1
    else if (depth > 0) continue
    else if (char === '{') return at
    else if (!/[\w\s:.|[\]]/.test(char) || char === '\n') return undefined
  }
  return undefined
}

/** Those that are a transaction, or its tables. */
function parametersOf(list: string): string[] {
  // Not those of functions that are parameters.
  const own = list.replaceAll(/\([^()]*\)/g, '')
  return [...own.matchAll(/\b(\w+)\??: (?:Transaction|Statements|Kysely)\b/g)].map(
    (match) => match[1]!,
  )
}

function bodyAt(code: string, start: number): { readonly start: number; readonly end: number } {
  return { start, end: code[start] === '{' ? closing(code, start) : expressionEnd(code, start) }
}

function foreignAwaits(code: string, { start, end, names }: Work): number[] {
  const body = code.slice(start, end)
  const own = ownNames(body, names)
  const isOwn = (text: string) =>
    own.test(text) || allowed.some(({ awaited }) => awaited.test(text))
  const found = [...body.matchAll(/\bawait\b(?!\s+using)\s*/g)]
    .filter(({ index, 0: { length } }) => {
      const from = index + length
      const isLoop = /\bfor\s*$/.test(body.slice(0, index))
      return !isOwn(body.slice(from, isLoop ? closing(body, from) : expressionEnd(body, from)))
    })
    .map(({ index }) => lineAt(code, start + index))
  const isExpression = body[0] !== '{'
  return isExpression && !isOwn(body) ? [...found, lineAt(code, start)] : found
}

/** What names the transaction, or what was made of it without waiting. */
function ownNames(body: string, given: readonly string[]): RegExp {
  const names = new Set(given)
  const pattern = () => new RegExp(`(?<![.\\w$#])(?:${[...names].join('|')})\\b`)
  for (const match of body.matchAll(
    /\b(?:(?:const|let)\s+(\w+)(?:\s*:[^=\n]*)?\s*=(?!=)\s*|function\s+(\w+)(?=\())/g,
  )) {
    const from = match.index + match[0].length
    const text = body.slice(from, expressionEnd(body, from))
    if (!text.startsWith('await') && pattern().test(text)) names.add((match[1] ?? match[2])!)
  }
  return pattern()
}

const pairs: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const ends = new Set(Object.values(pairs))

/** Behind the bracket that closes the one at this place. */
function closing(code: string, start: number): number {
  let depth = 0
  for (let at = start; at < code.length; at += 1) {
    if (pairs[code[at]!]) depth += 1
    else if (ends.has(code[at]!) && (depth -= 1) === 0) return at + 1
  }
  return code.length
}

/** The bracket that is open at this place. */
function opening(code: string, from: number): number | undefined {
  let depth = 0
  for (let at = from - 1; at >= 0; at -= 1) {
    if (ends.has(code[at]!)) depth += 1
    else if (pairs[code[at]!] && (depth -= 1) < 0) return at
  }
  return undefined
}

/** Where an expression ends: at a comma, a bracket that was open before, an operator, or a line that does not go on. */
function expressionEnd(code: string, start: number): number {
  for (let at = start; at < code.length; at += 1) {
    const char = code[at]!
    if (pairs[char]) at = closing(code, at) - 1
    else if (char === '`') at = templateEnd(code, at)
    else if (ends.has(char) || char === ',' || char === ';') return at
    else if (char === '\n' && !/^\s*(?:\?\.|\.(?!\.)|=>|\))/.test(code.slice(at))) return at
    else if (/^\s(?:\?\?|\?|:|&&|\|\||[!=]==|[-+*/<>]=?)\s/.test(code.slice(at, at + 5))) return at
  }
  return code.length
}

/** The back-tick that ends the template that begins here. */
function templateEnd(code: string, start: number): number {
  let at = start + 1
  while (at < code.length && code[at] !== '`') {
    at = code.startsWith('${', at) ? closing(code, at + 1) : at + 1
  }
  return at
}

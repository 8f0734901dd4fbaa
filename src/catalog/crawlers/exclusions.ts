import { CrawlerErrors } from './errors.ts'

/** What names paths, of any length, in time that grows with their length and the pattern's. */
export interface Glob {
  test(path: string): boolean
}

type Test = (char: string) => boolean

/** A step of a pattern: a character, any number of characters, or one of several rows of steps. */
type Step =
  | { readonly kind: 'char'; readonly test: Test }
  | { readonly kind: 'many'; readonly test: Test }
  | { readonly kind: 'choice'; readonly choices: readonly (readonly Step[])[] }

/** A place in the pattern: what goes on from here without a character, and with one. */
interface Place {
  readonly free: number[]
  char?: { readonly test: Test; readonly next: number }
}

const inFolder: Test = (char) => char !== '/'
const anything: Test = () => true

/**
 * A glob of Glue's: `*` and `?` within a folder, `**` across folders, `[a-c]`, `[!a]`, `{a,b}`, `\x`. No regular expression is made of it: with
 * eight stars one takes hours for a name of a hundred characters, and nobody is answered meanwhile.
 * https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html
 */
export function compileGlob(glob: string): Glob {
  const places: Place[] = []
  const add = () => places.push({ free: [] }) - 1
  const start = add()
  const end = place(parse(glob), start, places, add)
  return { test: (path) => reaches(places, start, end, path) }
}

function parse(glob: string): readonly Step[] {
  let at = 0
  const row = (depth: number): readonly Step[] => {
    const steps: Step[] = []
    for (; at < glob.length; at += 1) {
      const char = glob[at]!
      if (depth > 0 && (char === '}' || char === ',')) return steps
      if (char === '*') {
        const across = glob[at + 1] === '*'
        // Neighbouring stars mean what one of them means.
        while (glob[at + 1] === '*') at += 1
        steps.push({ kind: 'many', test: across ? anything : inFolder })
      } else if (char === '?') steps.push({ kind: 'char', test: inFolder })
      else if (char === '{') steps.push({ kind: 'choice', choices: choices(depth + 1) })
      else if (char === '[') {
        const close = glob.indexOf(']', at + 1)
        if (close < 0) throw invalid(glob)
        steps.push({ kind: 'char', test: oneOf(glob, glob.slice(at + 1, close)) })
        at = close
      } else {
        const literal = char === '\\' && at + 1 < glob.length ? glob[++at]! : char
        steps.push({ kind: 'char', test: (other) => other === literal })
      }
    }
    if (depth > 0) throw invalid(glob)
    return steps
  }
  const choices = (depth: number): readonly (readonly Step[])[] => {
    if (depth > depthMax) throw invalid(glob)
    const found: (readonly Step[])[] = []
    do {
      at += 1
      found.push(row(depth))
    } while (glob[at] === ',')
    return found
  }
  return row(0)
}

const depthMax = 32

/** Of a set of characters, which never holds the end of a folder. */
function oneOf(glob: string, body: string): Test {
  const source = body.replaceAll('\\', '\\\\').replaceAll('[', '\\[').replace(/^!/, '^')
  try {
    const set = new RegExp(`^[${source}]$`, 's')
    return (char) => char !== '/' && set.test(char)
  } catch {
    throw invalid(glob)
  }
}

/** Lays steps out from a place on; the place behind them. */
function place(
  steps: readonly Step[],
  start: number,
  places: readonly Place[],
  add: () => number,
): number {
  let at = start
  for (const step of steps) {
    const next = add()
    if (step.kind === 'char') places[at]!.char = { test: step.test, next }
    else if (step.kind === 'many') {
      places[next]!.char = { test: step.test, next }
      const behind = add()
      places[at]!.free.push(next)
      places[next]!.free.push(behind)
      at = behind
      continue
    } else {
      for (const choice of step.choices) {
        const first = add()
        places[at]!.free.push(first)
        places[place(choice, first, places, add)]!.free.push(next)
      }
    }
    at = next
  }
  return at
}

/** Goes through all places at once, a character at a time. */
function reaches(places: readonly Place[], start: number, end: number, path: string): boolean {
  let now = new Set<number>()
  const enter = (into: Set<number>, at: number): void => {
    if (into.has(at)) return
    into.add(at)
    for (const free of places[at]!.free) enter(into, free)
  }
  enter(now, start)
  for (let index = 0; index < path.length && now.size > 0; index += 1) {
    const next = new Set<number>()
    for (const at of now) {
      const { char } = places[at]!
      if (char?.test(path[index]!)) enter(next, char.next)
    }
    now = next
  }
  return now.has(end)
}

function invalid(glob: string): Error {
  return CrawlerErrors.InvalidCrawler(`'${glob}' is not a valid exclusion pattern.`)
}

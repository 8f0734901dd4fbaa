import { isUtf8 } from 'node:buffer'
import type { LogPage } from '#ingestion/streams'
import { exactEnd, isLineEnd, type ExactColumn, type ExactShape } from './exact-shape.ts'
import type { FramingOptions } from './json-framer.ts'

const space = 0x20
const newline = 0x0a
const newlineBytes = Uint8Array.of(newline)
/** Pages in a row that were not exact, before no more are tried. */
const triesMax = 4

/**
 * The shortest way from records to lines. Where they lie in the log, each is a line already, with keys as they shall be and values of just the
 * types of their columns: then what parts them there is made white, and nothing is copied. As by `PlainLines`, the grammar is left to the engine.
 */
export class ExactLines {
  readonly #shape: ExactShape
  #tries = 0

  constructor(columns: readonly ExactColumn[], { lowerKeys, dotsToUnderscores }: FramingOptions) {
    this.#shape = {
      keys: columns.map(({ key }) => Buffer.from(`${key}"`)),
      kinds: columns.map(({ kind }) => kind),
      numbers: new Map(columns.map(({ key }, number) => [key, number])),
      lowerKeys,
      dotsToUnderscores,
    }
  }

  /** The records as lines, one each, in the page's own bytes; undefined when one of them is not exact. */
  take(
    page: LogPage,
  ): { readonly pieces: readonly Uint8Array[]; longestBytes: number } | undefined {
    if (this.#tries >= triesMax) return undefined
    const pieces = this.#isExact(page) ? whiten(page) : undefined
    if (!pieces || !isUtf8(pieces[0]!)) {
      this.#tries += 1
      return undefined
    }
    this.#tries = 0
    return { pieces, longestBytes: longestOf(page) }
  }

  #isExact({ bytes, starts, ends }: LogPage): boolean {
    const shape = this.#shape
    for (let index = 0; index < starts.length; index += 1) {
      const end = ends[index]!
      if (!isLineEnd(bytes, exactEnd(bytes, starts[index]!, end, shape), end)) return false
    }
    return starts.length > 0
  }
}

/** Spaces where the log has what it knows of a record; a line's end where the record has none. */
function whiten({ bytes, starts, ends }: LogPage): readonly [Uint8Array, ...Uint8Array[]] {
  for (let index = 1; index < starts.length; index += 1) {
    const start = starts[index]!
    let at = ends[index - 1]!
    if (bytes[at - 1] !== newline) bytes[at++] = newline
    while (at < start) bytes[at++] = space
  }
  const lines = bytes.subarray(starts[0], ends.at(-1))
  return lines.at(-1) === newline ? [lines] : [lines, newlineBytes]
}

/** Of lines: what stands white before a record counts. */
function longestOf({ starts, ends }: LogPage): number {
  let longest = 0
  let before = starts[0]!
  for (const end of ends) {
    longest = Math.max(longest, end - before)
    before = end
  }
  return longest
}

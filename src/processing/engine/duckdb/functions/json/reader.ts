/** A value of JSON, its numbers as written. */
export type JsonValue =
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: 'true' | 'false' | 'null' }
  | { readonly kind: 'array'; readonly items: readonly JsonValue[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, JsonValue])[] }

/** Deeper values are refused, so that the stack holds. */
const depthMax = 500

const space = /[ \t\n\r]*/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const literal = /true|false|null/y
const string = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy

/** Reads JSON from the start of a text. All methods throw `SyntaxError` where it is none. */
export class JsonReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** The one value of the text, with nothing behind it. */
  whole(): JsonValue {
    const value = this.value()
    this.#match(space)
    if (this.#at < this.#text.length) this.#fail()
    return value
  }

  value(depth = 0): JsonValue {
    if (depth > depthMax) this.#fail()
    this.#match(space)
    const char = this.#text[this.#at]
    if (char === '[') {
      const items: JsonValue[] = []
      this.elements(() => void items.push(this.value(depth + 1)))
      return { kind: 'array', items }
    }
    if (char === '{') {
      const entries: [string, JsonValue][] = []
      this.members((key) => void entries.push([key, this.value(depth + 1)]))
      return { kind: 'object', entries }
    }
    if (char === '"') return { kind: 'string', text: this.#string() }
    const word = this.#match(literal)
    if (word) return { kind: 'literal', text: word as 'true' }
    const digits = this.#match(number)
    if (!digits) return this.#fail()
    return { kind: 'number', text: digits }
  }

  /** What the value here begins with, `[`, `{` or another sign; undefined at the end. */
  peek(): string | undefined {
    this.#match(space)
    return this.#text[this.#at]
  }

  /** Goes through an array's elements; `read` takes each, or says true to stop there. */
  elements(read: (index: number) => boolean | void): void {
    this.#take('[')
    if (this.#accept(']')) return
    for (let index = 0; ; index++) {
      if (read(index) === true) return
      if (this.#accept(']')) return
      this.#take(',')
    }
  }

  /** Goes through an object's members; `read` takes each value, or says true to stop there. */
  members(read: (key: string) => boolean | void): void {
    this.#take('{')
    if (this.#accept('}')) return
    for (;;) {
      this.#match(space)
      const key = this.#string()
      this.#take(':')
      if (read(key) === true) return
      if (this.#accept('}')) return
      this.#take(',')
    }
  }

  #string(): string {
    const found = this.#match(string)
    if (found === undefined) return this.#fail()
    return found.includes('\\') ? (JSON.parse(found) as string) : found.slice(1, -1)
  }

  #accept(sign: string): boolean {
    this.#match(space)
    if (this.#text[this.#at] !== sign) return false
    this.#at++
    return true
  }

  #take(sign: string): void {
    if (!this.#accept(sign)) this.#fail()
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (!found) return undefined
    this.#at = pattern.lastIndex
    return found[0]
  }

  #fail(): never {
    throw new SyntaxError(`no JSON at ${this.#at}`)
  }
}

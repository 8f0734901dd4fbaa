/**
 * The records that stand at a path of a JSON text, each as its own text, on one line. Nothing is converted: numbers
 * keep every digit. `$` is the value itself (or, of several values one after another, each); `[*]` the members of an
 * array, and `.name` or `['name']` the member of an object. What the path does not meet is passed over.
 * Throws an Error for a text that is not JSON, or a path that cannot be read.
 */
export function* recordsAt(text: string, path: string): Generator<string> {
  const steps = parsePath(path)
  const reader = new JsonReader(text)
  while (!reader.atEnd()) yield* reader.matches(steps, 0)
}

export type PathStep =
  | { readonly kind: 'each' }
  | { readonly kind: 'member'; readonly name: string }

/** https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html#custom-classifier-json */
export function parsePath(path: string): readonly PathStep[] {
  const trimmed = path.trim()
  const start = trimmed.startsWith('$') ? 1 : 0
  const steps: PathStep[] = []
  const pattern = /\.?\[\s*\*\s*\]|\.?\[\s*(['"])(.*?)\1\s*\]|\.\*|\.([^.[\]]+)|^([^.[\]$]+)/gy
  pattern.lastIndex = start
  while (pattern.lastIndex < trimmed.length) {
    const match = pattern.exec(trimmed)
    if (!match) throw new Error(`the JSON path ${path} is not supported`)
    const name = match[2] ?? match[3] ?? match[4]
    steps.push(name === undefined ? { kind: 'each' } : { kind: 'member', name })
  }
  return steps
}

const depthMax = 512

/** Walks over JSON without making values of it. */
class JsonReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Past the space, and the commas that some writers put between values. */
  atEnd(): boolean {
    const pattern = /[\s,\ufeff]*/y
    pattern.lastIndex = this.#at
    pattern.exec(this.#text)
    this.#at = pattern.lastIndex
    return this.#at === this.#text.length
  }

  *matches(steps: readonly PathStep[], depth: number): Generator<string> {
    const step = steps[depth]
    if (!step) {
      const start = this.#at
      this.#skip(0)
      // Line ends stand only between the parts of a value.
      yield this.#text.slice(start, this.#at).replaceAll(/[\r\n]+/g, ' ')
      return
    }
    const open = this.#text[this.#at]
    if (open === '[' && step.kind === 'each') {
      for (const _ of this.#items(']')) yield* this.matches(steps, depth + 1)
    } else if (open === '{') {
      for (const _ of this.#items('}')) {
        const name = this.#name()
        if (step.kind === 'each' || step.name === name) yield* this.matches(steps, depth + 1)
        else this.#skip(depth)
      }
    } else this.#skip(depth)
  }

  /** Stands at each item in turn. */
  *#items(close: string): Generator<void> {
    this.#at++
    this.#space()
    if (this.#text[this.#at] === close) {
      this.#at++
      return
    }
    for (;;) {
      this.#space()
      yield
      this.#space()
      const next = this.#text[this.#at++]
      if (next === close) return
      if (next !== ',') this.#fail()
    }
  }

  #name(): string {
    const start = this.#at
    this.#string()
    const name = JSON.parse(this.#text.slice(start, this.#at)) as string
    this.#space()
    if (this.#text[this.#at++] !== ':') this.#fail()
    this.#space()
    return name
  }

  #skip(depth: number): void {
    if (depth > depthMax) throw new Error('it is nested too deeply')
    const char = this.#text[this.#at]
    if (char === '"') this.#string()
    else if (char === '{') {
      for (const _ of this.#items('}')) {
        this.#name()
        this.#skip(depth + 1)
      }
    } else if (char === '[') {
      for (const _ of this.#items(']')) this.#skip(depth + 1)
    } else {
      const pattern = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y
      pattern.lastIndex = this.#at
      if (!pattern.test(this.#text)) this.#fail()
      this.#at = pattern.lastIndex
    }
  }

  #string(): void {
    if (this.#text[this.#at] !== '"') this.#fail()
    for (let at = this.#at + 1; ; at++) {
      const end = this.#text.indexOf('"', at)
      if (end < 0) this.#fail()
      let slashes = 0
      while (this.#text[end - 1 - slashes] === '\\') slashes++
      at = end
      if (slashes % 2 === 0) {
        this.#at = end + 1
        return
      }
    }
  }

  #space(): void {
    while (this.#at < this.#text.length && ' \t\r\n'.includes(this.#text[this.#at]!)) this.#at++
  }

  #fail(): never {
    throw new Error(`it is not JSON at character ${this.#at + 1}`)
  }
}

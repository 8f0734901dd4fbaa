import { type Position, syntaxError } from './errors.ts'

/** What every lexer's tokens have; the last one is of the kind `end`. */
export interface WalkedToken extends Position {
  readonly kind: string
  /** Decoded text. */
  readonly text: string
  /** Upper case for words, the symbol itself for symbols, else empty. */
  readonly key: string
}

/** Walks over the tokens of a statement; the parsers' common ground. */
export class TokenWalk<T extends WalkedToken> {
  readonly #tokens: readonly T[]
  /** Of the next token. */
  protected index = 0

  constructor(tokens: readonly T[]) {
    this.#tokens = tokens
  }

  peek(ahead = 0): T {
    return this.#tokens[Math.min(this.index + ahead, this.#tokens.length - 1)]!
  }

  next(): T {
    const token = this.peek()
    if (token.kind !== 'end') this.index++
    return token
  }

  /** True when the next tokens are these words or symbols. */
  at(...keys: readonly string[]): boolean {
    return keys.every((key, ahead) => this.peek(ahead).key === key)
  }

  /** Takes the next tokens when they are these words or symbols. */
  accept(...keys: readonly string[]): boolean {
    if (!this.at(...keys)) return false
    this.index += keys.length
    return true
  }

  /** Takes the next tokens, which must be these words or symbols. The last of them. */
  expect(...keys: readonly string[]): T {
    let last = this.peek()
    for (const key of keys) {
      last = this.peek()
      if (last.key !== key) this.fail(`'${key}'`)
      this.index++
    }
    return last
  }

  /** `a, b, c`: at least one. */
  list<Item>(item: () => Item): Item[] {
    const items = [item()]
    while (this.accept(',')) items.push(item())
    return items
  }

  fail(expecting: string): never {
    this.unexpected(this.peek(), expecting)
  }

  /** Refuses a token in the place of what was expected there. */
  unexpected(token: T, expecting: string): never {
    throw syntaxError(token, `mismatched input '${token.text}'. Expecting: ${expecting}`)
  }
}

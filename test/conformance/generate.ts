import { NumericValue } from '@smithy/core/serde'
import type { NormalizedSchema } from '@smithy/core/schema'

/** `full`: every member. `sparse`: the required ones. `edge`: every member, with the values that break codecs. */
export type Variant = 'full' | 'sparse' | 'edge'

export interface GenerateOptions {
  readonly variant: Variant
  readonly seed: number
  /** XML, forms and HTTP heads cannot tell an empty collection from none. */
  readonly emptyCollections: boolean
  /** Whether a payload is there even in the sparse variant: restJson1 cannot tell `{}` from none. */
  readonly payloads: boolean
  /** False where every number of the model is an integer, which the schemas do not tell: S3. */
  readonly fractions?: boolean
  /** Members to leave out, with the reason where they are listed. */
  readonly omit?: (shape: string, member: string) => boolean
}

/**
 * A value of a structure, made from the SDK's schema and a seed: the same seed gives the same value. It reads the schemas
 * by the SDK's own NormalizedSchema, so that it does not share a mistake with the code under test.
 */
export function generate(
  schema: NormalizedSchema,
  options: GenerateOptions,
): Record<string, unknown> {
  if (schema.isUnitSchema()) return {}
  return new Generator(options).structure(schema, 0) as Record<string, unknown>
}

const depthMax = 5

const edgeStrings = [
  'ünïcödé — 日本語 🎉',
  '<a href="x">&amp; \'quoted\'</a>',
  'tab\tand "quotes", commas',
  'line\nbreak',
  '%2F+%20?&=#',
  '{"json": [1, 2]}',
  '0',
  'true',
  'constructor',
]

/** How many of the first are integers. */
const edgeIntegers = 7
const edgeNumbers = [
  0,
  -1,
  1,
  2147483647,
  -2147483648,
  Number.MAX_SAFE_INTEGER,
  1e15,
  0.5,
  -1.25e-7,
]

class Generator {
  readonly #options: GenerateOptions
  #state: number

  constructor(options: GenerateOptions) {
    this.#options = options
    this.#state = (options.seed * 2654435761) >>> 0 || 1
  }

  structure(schema: NormalizedSchema, depth: number): Record<string, unknown> {
    const members = [...schema.structIterator()]
    if (schema.isUnionSchema()) {
      const simple = members.filter(([, member]) => !member.isStructSchema())
      const pool = depth >= depthMax && simple.length > 0 ? simple : members
      const [name, member] = pool[this.#next(pool.length)]!
      return { [name]: this.value(member, depth + 1) }
    }
    const value: Record<string, unknown> = {}
    const required = (schema.getSchema() as unknown as readonly unknown[])[6] as number | undefined
    for (const [index, [name, member]] of members.entries()) {
      const isRequired = index < (required ?? 0)
      const traits = member.getMergedTraits()
      const { httpLabel, idempotencyToken, httpResponseCode, httpPayload, httpPrefixHeaders } =
        traits
      const always =
        isRequired ||
        // Part of every message.
        httpLabel ||
        httpResponseCode ||
        // What is not given the SDK fills in by itself: a token, an empty stream, an empty map.
        idempotencyToken ||
        member.isStreaming() ||
        httpPrefixHeaders !== undefined ||
        (httpPayload && this.#options.payloads)
      if (!always && (this.#options.variant === 'sparse' || depth > depthMax)) continue
      if (member.isStreaming() && member.isStructSchema()) continue
      if (this.#options.omit?.(schema.getName() ?? '', name)) continue
      value[name] = httpResponseCode ? 206 : this.value(member, depth + 1)
    }
    if (depth > 0 && depth < depthMax && members.length > 0 && Object.keys(value).length === 0) {
      // A form has no way to say that a structure is there and empty.
      value[members[0]![0]] = this.value(members[0]![1], depth + 1)
    }
    return value
  }

  value(schema: NormalizedSchema, depth: number): unknown {
    if (schema.isStructSchema()) return this.structure(schema, depth)
    if (schema.isListSchema()) {
      const size = this.#options.emptyCollections ? this.#next(3) : 1 + this.#next(2)
      return Array.from({ length: depth > depthMax + 1 ? 1 : size }, () =>
        this.value(schema.getValueSchema(), depth + 1),
      )
    }
    if (schema.isMapSchema()) return this.#map(schema, depth)
    if (schema.isBlobSchema()) {
      return Buffer.from(Array.from({ length: 1 + this.#next(40) }, () => this.#next(256)))
    }
    if (schema.isTimestampSchema()) return this.#timestamp(schema)
    if (schema.isBooleanSchema()) return this.#next(2) === 1
    if (schema.isNumericSchema()) return this.#number(schema)
    if (schema.isBigIntegerSchema()) return 9223372036854775807n - BigInt(this.#next(1000))
    if (schema.isBigDecimalSchema()) {
      return new NumericValue(`${this.#next(1000)}.12345678901234567890`, 'bigDecimal')
    }
    if (schema.isDocumentSchema()) return { a: [1, 'two', { three: true }], b: null }
    return this.#string(schema)
  }

  #map(schema: NormalizedSchema, depth: number): Record<string, unknown> {
    const size = this.#options.emptyCollections ? this.#next(3) : 1 + this.#next(2)
    const headers = schema.getMergedTraits().httpPrefixHeaders !== undefined
    const entries = Array.from({ length: size }, (_, index) => {
      const key = headers ? `key-${index}` : `key ${index} ${this.#string(schema.getKeySchema())}`
      const item = headers ? `value ${index}` : this.value(schema.getValueSchema(), depth + 1)
      return [key, item] as const
    })
    return Object.fromEntries(entries)
  }

  #string(schema: NormalizedSchema): string {
    const traits = schema.getMergedTraits()
    const inHead = traits.httpHeader !== undefined
    if (this.#options.variant !== 'edge') return `s${this.#next(1_000_000)}`
    // A header cannot hold more than visible ASCII.
    if (inHead) return ['plain', 'a=b; c', 'x/y z', '~!@#$%^&*()'][this.#next(4)]!
    if (traits.httpLabel) return ['a b', 'ü/ä', 'a+b%20', '日本', "it's(1)*"][this.#next(5)]!
    return edgeStrings[this.#next(edgeStrings.length)]!
  }

  #number(schema: NormalizedSchema): number {
    if (this.#options.variant !== 'edge') return this.#next(100_000)
    const traits = schema.getMergedTraits()
    const inHead = traits.httpHeader !== undefined || traits.httpQuery !== undefined
    const count = inHead || this.#options.fractions === false ? edgeIntegers : edgeNumbers.length
    return edgeNumbers[this.#next(count)]!
  }

  #timestamp(schema: NormalizedSchema): Date {
    const seconds = 1_000_000_000 + this.#next(1_000_000_000)
    const { httpHeader } = schema.getMergedTraits()
    // An HTTP date has no fraction.
    const whole = schema.getSchema() === 6 || (httpHeader !== undefined && schema.getSchema() === 4)
    return new Date(seconds * 1000 + (whole ? 0 : this.#next(1000)))
  }

  /** A whole number below `bound`, from a generator that is the same everywhere (xorshift). */
  #next(bound: number): number {
    let x = this.#state
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    this.#state = x >>> 0
    return this.#state % bound
  }
}

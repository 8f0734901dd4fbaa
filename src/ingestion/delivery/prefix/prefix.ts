import { DeliveryErrors } from '../errors.ts'
import { compileDateFormat } from './date-format.ts'

/** What an expression may refer to. */
export interface PrefixContext {
  /** Arrival of the oldest record in the object, epoch milliseconds. */
  readonly timeMs: number
  readonly timeZone: string
  /** 11 characters, the same for the same batch; `index` counts the occurrences. */
  readonly randomString: (index: number) => string
  /** `format-conversion-failed` and the like, for objects of errors. */
  readonly errorOutputType?: string
  /** What a record is partitioned by; undefined for what it does not have. */
  readonly partitionKey?: (key: PartitionKeyName) => string | undefined
}

/** A key of dynamic partitioning, by where it comes from. */
export interface PartitionKeyName {
  readonly from: 'query' | 'lambda'
  readonly name: string
}

/** A record lacks a key that its prefix names. */
export class PartitionKeyMissing extends Error {}

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'time'; readonly format: (timeMs: number, timeZone: string) => string }
  | { readonly kind: 'random' }
  | { readonly kind: 'errorType' }
  | { readonly kind: 'partitionKey'; readonly key: PartitionKeyName }

export type Prefix = (context: PrefixContext) => string

const hours = 'yyyy/MM/dd/HH/'
export const evaluatedMax = 512
/** A key of S3 has 1,024 bytes: what Firehose appends to a prefix needs up to 260 of them. */
const evaluatedBytesMax = 764
/** What is left of a key of 1,024 characters beside the suffix: https://docs.aws.amazon.com/streams/latest/dev/data-delivery-s3-key-template.html */
export const templateMax = 986

/**
 * The prefix of delivered objects. Without an expression of time the hours are appended.
 * https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 */
export function compilePrefix(prefix: string | undefined): Prefix {
  const pieces = parse(prefix ?? '')
  if (pieces.some((piece) => piece.kind === 'errorType')) {
    throw constraint('Prefix cannot contain !{firehose:error-output-type}')
  }
  return evaluator(withHours(pieces))
}

/** A prefix to which nothing is added. */
export function compileTemplate(template: string | undefined): Prefix {
  return evaluator(parse(template ?? ''), templateMax)
}

/** The keys of dynamic partitioning that a prefix names. */
export function partitionKeysOf(prefix: string | undefined): readonly PartitionKeyName[] {
  return parse(prefix ?? '').flatMap((piece) => (piece.kind === 'partitionKey' ? [piece.key] : []))
}

/** The prefix of objects with what could not be delivered; from the other prefix when there is none of its own. To one with expressions nothing is added. */
export function compileErrorPrefix(
  prefix: string | undefined,
  errorPrefix: string | undefined,
): Prefix {
  if (!errorPrefix) {
    const pieces = parse(prefix ?? '')
    if (hasExpressions(pieces)) {
      throw constraint('ErrorOutputPrefix cannot be null or empty when Prefix contains expressions')
    }
    return evaluator(withHours([...pieces, { kind: 'errorType' }, { kind: 'text', text: '/' }]))
  }
  const pieces = parse(errorPrefix)
  if (pieces.some((piece) => piece.kind === 'partitionKey')) {
    throw constraint('ErrorOutputPrefix cannot contain keys of dynamic partitioning')
  }
  if (!pieces.some((piece) => piece.kind === 'errorType')) {
    if (hasExpressions(pieces)) {
      throw constraint(
        'ErrorOutputPrefix must contain at least one instance of !{firehose:error-output-type} when it contains expressions',
      )
    }
    return evaluator(withHours([...pieces, { kind: 'errorType' }, { kind: 'text', text: '/' }]))
  }
  return evaluator(pieces)
}

function hasExpressions(pieces: readonly Piece[]): boolean {
  return pieces.some((piece) => piece.kind !== 'text')
}

function withHours(pieces: readonly Piece[]): readonly Piece[] {
  const isDivided = ({ kind }: Piece) => kind === 'time' || kind === 'partitionKey'
  if (pieces.some(isDivided)) return pieces
  return [...pieces, { kind: 'time', format: compileDateFormat(hours) }]
}

function evaluator(pieces: readonly Piece[], lengthMax = evaluatedMax): Prefix {
  const evaluate: Prefix = (context) => {
    let randoms = 0
    return pieces
      .map((piece) => {
        if (piece.kind === 'text') return piece.text
        if (piece.kind === 'time') return piece.format(context.timeMs, context.timeZone)
        if (piece.kind === 'errorType') return context.errorOutputType ?? ''
        if (piece.kind === 'partitionKey') {
          const value = context.partitionKey?.(piece.key)
          if (value === undefined) throw new PartitionKeyMissing(piece.key.name)
          return value
        }
        randoms += 1
        return context.randomString(randoms)
      })
      .join('')
  }
  const sample = evaluate({
    timeMs: 0,
    timeZone: 'UTC',
    randomString: () => '5abf82daaa5',
    errorOutputType: 'format-conversion-failed',
    partitionKey: () => '',
  })
  if (sample.length > lengthMax) {
    throw constraint(`a prefix cannot be longer than ${lengthMax} characters after evaluation`)
  }
  const bytesMax = Math.max(lengthMax, evaluatedBytesMax)
  if (Buffer.byteLength(sample) > bytesMax) {
    throw constraint(`a prefix cannot be longer than ${bytesMax} bytes after evaluation`)
  }
  return evaluate
}

function parse(prefix: string): readonly Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (;;) {
    const start = prefix.indexOf('!{', at)
    const end = start === -1 ? prefix.length : start
    if (end > at) pieces.push({ kind: 'text', text: prefix.slice(at, end) })
    if (start === -1) return pieces
    const close = prefix.indexOf('}', start)
    if (close === -1) throw constraint('an expression has no closing brace')
    pieces.push(expression(prefix.slice(start + 2, close)))
    at = close + 1
  }
}

function expression(text: string): Piece {
  const colon = text.indexOf(':')
  const namespace = colon === -1 ? text : text.slice(0, colon)
  const value = colon === -1 ? '' : text.slice(colon + 1)
  switch (namespace) {
    case 'timestamp':
      if (value === '') throw constraint('a timestamp expression needs a pattern')
      return { kind: 'time', format: compileDateFormat(value) }
    case 'firehose':
      if (value === 'random-string') return { kind: 'random' }
      if (value === 'error-output-type') return { kind: 'errorType' }
      throw constraint(`!{${text}} is not a valid expression of the firehose namespace`)
    case 'partitionKeyFromQuery':
    case 'partitionKeyFromLambda': {
      if (value === '') throw constraint(`!{${text}} needs the name of a key`)
      const from = namespace === 'partitionKeyFromQuery' ? 'query' : 'lambda'
      return { kind: 'partitionKey', key: { from, name: value } }
    }
    default:
      throw constraint(`!{${text}} has an unknown namespace`)
  }
}

/** AWS says "Ths", and programs compare the text. */
function constraint(text: string): Error {
  return DeliveryErrors.InvalidDelivery(
    `Ths supplied prefix(es) do not satisfy the following constraint: ${text}`,
  )
}

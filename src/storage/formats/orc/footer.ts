import type { ByteSource } from '../byte-source.ts'
import { type Packing, chunkUnpacker, unpackSection } from './compression.ts'
import { type Message, parseMessage } from './protobuf.ts'

/** https://orc.apache.org/specification/ORCv1/#file-tail */
export interface OrcTail {
  readonly packing: Packing
  readonly stripes: readonly OrcStripe[]
  readonly types: readonly OrcType[]
  readonly rowCount: number
}

export interface OrcStripe {
  readonly offset: number
  readonly indexLength: number
  readonly dataLength: number
  readonly footerLength: number
  readonly rowCount: number
}

export interface OrcType {
  readonly kind: number
  /** Places of the children in the list of types. */
  readonly children: readonly number[]
  readonly fieldNames: readonly string[]
  readonly precision: number
  readonly scale: number
  /** What writers add: Iceberg its field ids. */
  readonly attributes: ReadonlyMap<string, string>
}

export interface OrcStripeFooter {
  readonly streams: readonly {
    readonly kind: number
    readonly column: number
    readonly length: number
  }[]
  readonly encodings: readonly { readonly kind: number; readonly dictionarySize: number }[]
  readonly timeZone: string
}

const tailBytesMax = 64 * 1024 * 1024
const blockBytesDefault = 256 * 1024
const blockBytesLimit = 16 * 1024 * 1024
const typesMax = 100_000

export function readTail(source: ByteSource): OrcTail {
  if (source.sizeBytes < 4 || source.read(0, 3).toString('latin1') !== 'ORC') {
    throw new Error('it is not an ORC file')
  }
  const postScriptLength = source.read(source.sizeBytes - 1, 1)[0]!
  const postScriptAt = source.sizeBytes - 1 - postScriptLength
  const postScript = parseMessage(source.read(postScriptAt, postScriptLength))
  if (postScript.texts(8000)[0] !== 'ORC') throw new Error('it has no ORC postscript')
  const blockBytesMax = postScript.number(3) ?? blockBytesDefault
  if (blockBytesMax > blockBytesLimit) throw new Error('its compression blocks are too large')
  const packing = { unpack: chunkUnpacker(postScript.number(2) ?? 0), blockBytesMax }
  const footerLength = postScript.number(1) ?? 0
  if (footerLength > tailBytesMax) throw new Error('its footer is too large')
  const packed = source.read(postScriptAt - footerLength, footerLength)
  const footer = parseMessage(unpackSection(packed, packing, tailBytesMax))
  if (footer.messages(10).length > 0) throw new Error('encrypted ORC files are not supported')
  const types = footer.messages(4).map(toType)
  if (types.length === 0 || types.length > typesMax) throw new Error('its footer is damaged')
  return {
    packing,
    types,
    stripes: footer.messages(3).map(toStripe),
    rowCount: footer.number(6) ?? 0,
  }
}

export function readStripeFooter(
  source: ByteSource,
  stripe: OrcStripe,
  packing: Packing,
): OrcStripeFooter {
  const at = stripe.offset + stripe.indexLength + stripe.dataLength
  if (stripe.footerLength > tailBytesMax) throw new Error('a footer is too large')
  const packed = source.read(at, stripe.footerLength)
  const message = parseMessage(unpackSection(packed, packing, tailBytesMax))
  return {
    streams: message.messages(1).map((stream) => ({
      kind: stream.number(1) ?? 0,
      column: stream.number(2) ?? 0,
      length: stream.number(3) ?? 0,
    })),
    encodings: message.messages(2).map((encoding) => ({
      kind: encoding.number(1) ?? 0,
      dictionarySize: encoding.number(2) ?? 0,
    })),
    timeZone: message.texts(3)[0] ?? '',
  }
}

function toStripe(message: Message): OrcStripe {
  const number = (field: number) => message.number(field) ?? 0
  return {
    offset: number(1),
    indexLength: number(2),
    dataLength: number(3),
    footerLength: number(4),
    rowCount: number(5),
  }
}

function toType(message: Message): OrcType {
  return {
    kind: message.number(1) ?? 0,
    children: message.numbers(2),
    fieldNames: message.texts(3),
    // Files of Hive 0.11 have decimals without a precision.
    precision: message.number(5) || 38,
    scale: message.number(6) ?? 0,
    attributes: new Map(
      message.messages(7).map((pair) => [pair.texts(1)[0] ?? '', pair.texts(2)[0] ?? '']),
    ),
  }
}

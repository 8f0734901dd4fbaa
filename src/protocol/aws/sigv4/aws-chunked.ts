import { createHash, type Hash } from 'node:crypto'
import { Transform, type TransformCallback } from 'node:stream'
import { sha256Hex } from './canonical.ts'
import { refusal, s3Error } from './errors.ts'
import { emptyHash, equalSignatures, scopeText, sign, type CredentialScope } from './signing.ts'

/** Signing of each chunk, chained from the request's own signature. */
export interface ChunkSigning {
  readonly key: Uint8Array
  readonly amzDate: string
  readonly scope: CredentialScope
  readonly seedSignature: string
}

export interface AwsChunkedOptions {
  /** `x-amz-decoded-content-length`. */
  readonly decodedLength: number
  /** Set for the `STREAMING-AWS4-HMAC-SHA256-…` forms. */
  readonly signing?: ChunkSigning
  /** Names announced by `x-amz-trailer`, lower case; undefined when the form has no trailer. */
  readonly trailerNames?: readonly string[]
  /** Receives the trailing headers before the stream ends. */
  readonly trailers: Record<string, string>
}

const headerBytesMax = 256
const trailerBytesMax = 16 * 1024
const chunkHeader = /^([0-9a-fA-F]{1,15})(?:;chunk-signature=([0-9a-f]{64}))?\s*$/

type State = 'header' | 'data' | 'dataEnd' | 'trailer'

/**
 * Takes the `aws-chunked` framing off a body and checks every chunk's signature, the trailer's, and
 * the announced length. What it lets through is proven only when the stream ends: any fault destroys
 * it with the AwsError that S3 gives.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
export class AwsChunkedDecoder extends Transform {
  readonly #options: AwsChunkedOptions
  #state: State = 'header'
  /** Bytes of a line that is not complete yet. */
  #held: Buffer = Buffer.alloc(0)
  #leftInChunk = 0
  #decoded = 0
  #previousSignature: string
  #chunkSignature = ''
  #chunkHash: Hash | undefined
  #sawLastChunk = false

  constructor(options: AwsChunkedOptions) {
    super({ readableHighWaterMark: 256 * 1024, writableHighWaterMark: 256 * 1024 })
    this.#options = options
    this.#previousSignature = options.signing?.seedSignature ?? ''
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      this.#consume(bytes)
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      if (!this.#sawLastChunk) throw incompleteBody()
      this.#finish()
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  #consume(input: Buffer): void {
    let bytes = input
    while (bytes.length > 0) {
      if (this.#state === 'data') {
        bytes = this.#takeData(bytes)
      } else if (this.#state === 'trailer') {
        this.#held = Buffer.concat([this.#held, bytes])
        if (this.#held.length > trailerBytesMax) throw malformedTrailer()
        return
      } else {
        const line = this.#takeLine(bytes)
        if (line === undefined) return
        bytes = line.rest
        if (this.#state === 'header') this.#startChunk(line.text)
        else if (line.text !== '') throw malformedChunk()
        else this.#state = 'header'
      }
    }
  }

  /** The text before the next line end, or undefined (and the bytes are held) when there is none yet. */
  #takeLine(bytes: Buffer): { readonly text: string; readonly rest: Buffer } | undefined {
    const end = bytes.indexOf(0x0a)
    const lengthBytes = this.#held.length + (end < 0 ? bytes.length : end)
    if (lengthBytes > headerBytesMax) throw malformedChunk()
    if (end < 0) {
      this.#held = Buffer.concat([this.#held, bytes])
      return undefined
    }
    const head = bytes.subarray(0, end)
    const text = (this.#held.length > 0 ? Buffer.concat([this.#held, head]) : head).toString(
      'latin1',
    )
    this.#held = Buffer.alloc(0)
    if (!text.endsWith('\r')) throw malformedChunk()
    return { text: text.slice(0, -1), rest: bytes.subarray(end + 1) }
  }

  #startChunk(line: string): void {
    const match = chunkHeader.exec(line)
    if (!match) throw malformedChunk()
    const size = Number.parseInt(match[1]!, 16)
    if (this.#decoded + size > this.#options.decodedLength) throw wrongLength()
    if (this.#options.signing) {
      if (match[2] === undefined) throw malformedChunk()
      this.#chunkSignature = match[2]
      this.#chunkHash = size > 0 ? createHash('sha256') : undefined
    }
    if (size > 0) {
      this.#leftInChunk = size
      this.#state = 'data'
      return
    }
    this.#checkChunk(emptyHash)
    this.#sawLastChunk = true
    this.#state = 'trailer'
  }

  #takeData(bytes: Buffer): Buffer {
    const data = bytes.length > this.#leftInChunk ? bytes.subarray(0, this.#leftInChunk) : bytes
    this.#chunkHash?.update(data)
    this.#leftInChunk -= data.length
    this.#decoded += data.length
    this.push(data)
    if (this.#leftInChunk === 0) {
      if (this.#chunkHash) this.#checkChunk(this.#chunkHash.digest('hex'))
      this.#state = 'dataEnd'
    }
    return bytes.subarray(data.length)
  }

  #checkChunk(dataHash: string): void {
    const signing = this.#options.signing
    if (!signing) return
    this.#checkSignature(
      signing,
      `AWS4-HMAC-SHA256-PAYLOAD\n${signing.amzDate}\n${scopeText(signing.scope)}\n${this.#previousSignature}\n${emptyHash}\n${dataHash}`,
      this.#chunkSignature,
    )
  }

  #checkSignature(signing: ChunkSigning, text: string, claimed: string): void {
    if (!equalSignatures(sign(signing.key, text), claimed)) throw refusal('s3', 'wrongSignature')
    this.#previousSignature = claimed
  }

  #finish(): void {
    if (this.#decoded !== this.#options.decodedLength) throw wrongLength()
    const { trailerNames, trailers, signing } = this.#options
    const found = readTrailer(this.#held.toString('latin1'))
    const trailerSignature = found.get('x-amz-trailer-signature')
    found.delete('x-amz-trailer-signature')
    if (found.size !== (trailerNames?.length ?? 0)) throw malformedTrailer()
    for (const name of trailerNames ?? []) if (!found.has(name)) throw malformedTrailer()
    if (signing && trailerNames) {
      let signed = ''
      for (const [name, value] of found) signed += `${name}:${value}\n`
      this.#checkSignature(
        signing,
        `AWS4-HMAC-SHA256-TRAILER\n${signing.amzDate}\n${scopeText(signing.scope)}\n${this.#previousSignature}\n${sha256Hex(Buffer.from(signed, 'latin1'))}`,
        trailerSignature ?? '',
      )
    }
    for (const [name, value] of found) trailers[name] = value
  }
}

function readTrailer(text: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of text.split(/\r?\n|\r/)) {
    if (line === '') continue
    const colon = line.indexOf(':')
    if (colon < 1) throw malformedTrailer()
    const name = line.slice(0, colon).trim().toLowerCase()
    if (found.has(name)) throw malformedTrailer()
    found.set(name, line.slice(colon + 1).trim())
  }
  return found
}

function incompleteBody(): Error {
  return s3Error('IncompleteBody', 400, 'The request body terminated unexpectedly')
}

function malformedChunk(): Error {
  return s3Error('IncompleteBody', 400, 'The body of the aws-chunked request is malformed')
}

function wrongLength(): Error {
  return s3Error(
    'IncompleteBody',
    400,
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
  )
}

function malformedTrailer(): Error {
  return s3Error(
    'MalformedTrailerError',
    400,
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
  )
}

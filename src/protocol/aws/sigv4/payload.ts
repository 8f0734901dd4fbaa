import { createHash, hash, type Hash } from 'node:crypto'
import { Readable, Transform, type TransformCallback } from 'node:stream'
import type { WireRequest } from '#protocol/http'
import { AwsChunkedDecoder, type ChunkSigning } from './aws-chunked.ts'
import { s3Error } from './errors.ts'
import { emptyHash } from './signing.ts'
import { WholeBody, wholeBytesMax } from './whole-body.ts'

/** S3's payload as its front reads it. */
export interface Payload {
  readonly body: Readable
  /** All of it, when there is none. */
  readonly bytes?: Uint8Array
  readonly trailers?: Readonly<Record<string, string>>
  readonly contentLength?: number
}

const nothing = Buffer.alloc(0)

interface StreamingForm {
  readonly signed: boolean
  readonly trailer: boolean
}

const streamingForms = new Map<string, StreamingForm>([
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { signed: true, trailer: false }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { signed: true, trailer: true }],
  ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', { signed: false, trailer: true }],
])

/** Refuses what `x-amz-content-sha256` cannot be. */
export function checkPayloadHash(payloadHash: string): void {
  if (payloadHash === 'UNSIGNED-PAYLOAD' || streamingForms.has(payloadHash)) return
  if (/^[0-9a-f]{64}$/.test(payloadHash)) return
  if (payloadHash.startsWith('STREAMING-AWS4-ECDSA-P256-SHA256')) {
    throw s3Error(
      'InvalidRequest',
      400,
      'Signature Version 4A (AWS4-ECDSA-P256-SHA256) is not supported here. Please use AWS4-HMAC-SHA256.',
    )
  }
  throw s3Error(
    'InvalidArgument',
    400,
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    { ArgumentName: 'x-amz-content-sha256', ArgumentValue: payloadHash },
  )
}

/** The body behind what `x-amz-content-sha256` says of it. `signing` is undefined for anonymous requests. */
export function openPayload(
  request: WireRequest,
  payloadHash: string,
  signing: ChunkSigning | undefined,
): Payload {
  const form = streamingForms.get(payloadHash)
  if (form) return openStreaming(request, form, signing)
  const contentLength = lengthOf(request.headers['content-length'])
  const isSmall = hasLengthUpTo(request, contentLength, wholeBytesMax)
  if (payloadHash === 'UNSIGNED-PAYLOAD') {
    const body = isSmall ? new WholeBody(request.body, () => {}) : request.body
    return { body, contentLength }
  }
  // Most requests: there is nothing to hash.
  if (payloadHash === emptyHash && hasNoBody(request)) {
    return { body: request.body, bytes: nothing, contentLength }
  }
  const body = isSmall
    ? new WholeBody(request.body, (bytes) => checkHash(hash('sha256', bytes, 'hex'), payloadHash))
    : new HashedBody(request.body, payloadHash)
  return { body, contentLength }
}

/** In HTTP/1 a body has exactly the length that is told, or it breaks off. */
function hasLengthUpTo(
  { headers, httpVersion }: WireRequest,
  contentLength: number | undefined,
  bytesMax: number,
): boolean {
  if (httpVersion === '2.0' || headers['transfer-encoding'] !== undefined) return false
  return contentLength !== undefined && contentLength <= bytesMax
}

/** RFC 9112, section 6.3; in HTTP/2 a body needs no length. */
function hasNoBody({ headers, httpVersion }: WireRequest): boolean {
  return (
    httpVersion !== '2.0' &&
    headers['transfer-encoding'] === undefined &&
    (headers['content-length'] ?? '0') === '0'
  )
}

function openStreaming(
  request: WireRequest,
  form: StreamingForm,
  signing: ChunkSigning | undefined,
): Payload {
  const decodedLength = lengthOf(request.headers['x-amz-decoded-content-length'])
  if (decodedLength === undefined) {
    throw s3Error('MissingContentLength', 411, 'You must provide the Content-Length HTTP header.')
  }
  if (form.signed && !signing) throw s3Error('AccessDenied', 403, 'Access Denied')
  const trailers: Record<string, string> = {}
  const decoder = new AwsChunkedDecoder({
    decodedLength,
    signing: form.signed ? signing : undefined,
    trailerNames: form.trailer ? trailerNames(request.headers['x-amz-trailer']) : undefined,
    trailers,
  })
  return { body: feed(request.body, decoder), trailers, contentLength: decodedLength }
}

function trailerNames(header: string | undefined): readonly string[] {
  return (header ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}

function lengthOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/**
 * Pipes without ever destroying the source: that would close the connection before the refusal could be
 * answered. A source that breaks off breaks the target.
 */
function feed(source: Readable, target: Transform): Transform {
  breakWith(source, target)
  return source.pipe(target)
}

function breakWith(source: Readable, target: Transform): void {
  // Whoever reads the body meets its error; an operation that reads none must not bring the server down.
  target.on('error', () => {})
  source.on('error', (error) => target.destroy(error))
  source.on('close', () => {
    if (!source.readableEnded) target.destroy(new Error('the client went away'))
  })
}

/** Lets a body through and fails at its end when it is not the one that was signed. It takes nothing before it is read. */
class HashedBody extends Transform {
  readonly #source: Readable
  readonly #expected: string
  #hash: Hash | undefined = createHash('sha256')
  #isRead = false

  constructor(source: Readable, expected: string) {
    super({ readableHighWaterMark: 256 * 1024, writableHighWaterMark: 256 * 1024 })
    this.#source = source
    this.#expected = expected
    breakWith(source, this)
  }

  /**
   * Whoever hashes the body himself takes this before he reads, and must tell it in the end what he found (hexadecimal): it throws when
   * that is not what was signed. Undefined when reading has begun.
   */
  takeCheck(): ((found: string) => void) | undefined {
    if (this.#isRead || !this.#hash) return undefined
    this.#hash = undefined
    return (found) => checkHash(found, this.#expected)
  }

  override _read(size: number): void {
    if (!this.#isRead) {
      this.#isRead = true
      this.#source.pipe(this)
    }
    super._read(size)
  }

  override _transform(bytes: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#hash?.update(bytes)
    done(null, bytes)
  }

  override _flush(done: TransformCallback): void {
    try {
      if (this.#hash) checkHash(this.#hash.digest('hex'), this.#expected)
      done()
    } catch (error) {
      done(error as Error)
    }
  }
}

function checkHash(computed: string, expected: string): void {
  if (computed === expected) return
  throw s3Error(
    'XAmzContentSHA256Mismatch',
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
    { ClientComputedContentSHA256: expected, S3ComputedContentSHA256: computed },
  )
}

/** A stream of bytes that are already there. */
export function streamOf(bytes: Buffer): Readable {
  return new Readable({
    read() {
      if (bytes.length > 0) this.push(bytes)
      this.push(null)
    },
  })
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Logger } from '#kit'
import type { LocalConnections } from './local-connections.ts'
import type { Pumped, WireHandler, WireRequest, WireResponse } from './message.ts'
import { fileSenderOf } from './file-sender.ts'
import { linger } from './linger.ts'
import { endOnReset } from './stream-reset.ts'

export type NodeRequest = IncomingMessage | Http2ServerRequest
export type NodeResponse = ServerResponse | Http2ServerResponse

/** How a listener takes part in each exchange. */
export interface ExchangeContext {
  readonly handler: WireHandler
  readonly log: Logger
  readonly secure: boolean
  /** Aborted when the listener begins to drain: answers then ask the client to close. */
  readonly drain: AbortSignal
  readonly local: LocalConnections
}

/** An answer that is shorter is not held back by pacing (local-connections.ts). */
const muchBytes = 128 * 1024

/** What writing to a connection says when the client has closed it, or it was closed because he took nothing. */
const goneCodes: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'ECANCELED'])

/** Serves one request. Never rejects. */
export async function serveExchange(
  request: NodeRequest,
  response: NodeResponse,
  context: ExchangeContext,
): Promise<void> {
  const departure = new Departure()
  response.on('close', () => {
    if (!response.writableFinished) departure.happened()
  })
  // A broken connection shows as the body's error to whoever reads it, and as `close` above.
  request.on('error', ignore)
  response.on('error', ignore)
  if (isHttp2(request)) endOnReset(request, () => departure.happened())
  let answer: WireResponse | undefined
  try {
    answer = await context.handler(toWire(request, context, departure))
    await send(request, response, answer, context, departure)
  } catch (error) {
    if (answer?.body instanceof Readable) answer.body.destroy()
    if (!departure.isPast && !goneCodes.has((error as NodeJS.ErrnoException).code ?? '')) {
      context.log.error({ err: error, method: request.method }, 'the answer could not be sent')
    }
    if (response.headersSent || response.destroyed) destroy(request, response)
    else {
      writeHead(response, 500, { 'content-length': '0' })
      response.end()
    }
  }
}

/**
 * Sends `100 Continue` not before somebody reads the body, so that a refusal spares the client the upload.
 * Returns whether it was sent.
 */
export function continueOnRead(request: NodeRequest, response: NodeResponse): () => boolean {
  // `_read` is what every way of reading a stream comes down to, and is made to be replaced.
  /* oxlint-disable no-underscore-dangle */
  const readable: Readable = request
  const read = readable._read
  let sent = false
  readable._read = (size: number): void => {
    readable._read = read
    sent = true
    if (!response.headersSent && !response.destroyed) (response as ServerResponse).writeContinue()
    read.call(readable, size)
  }
  /* oxlint-enable no-underscore-dangle */
  return () => sent
}

const ignore = (): void => {}

/** That the client went away before the answer was complete. The signal is made when it is asked for: most never are. */
class Departure {
  isPast = false
  #abort: AbortController | undefined

  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController()
      if (this.isPast) this.happened()
    }
    return this.#abort.signal
  }

  happened(): void {
    this.isPast = true
    this.#abort?.abort(new Error('the client went away'))
  }
}

function toWire(
  request: NodeRequest,
  { secure, drain }: ExchangeContext,
  departure: Departure,
): WireRequest {
  const [rawPath, rawQuery] = splitTarget(request.url ?? '/')
  return {
    method: request.method ?? 'GET',
    rawPath,
    rawQuery,
    headers: joinHeaders(request.rawHeaders),
    httpVersion:
      request.httpVersionMajor === 2 ? '2.0' : request.httpVersionMinor === 0 ? '1.0' : '1.1',
    remoteAddress: request.socket?.remoteAddress ?? '',
    secure,
    body: request,
    get signal() {
      return departure.signal
    },
    drain,
  }
}

/** Path and query of a request target in origin form, or in absolute form (RFC 9112, section 3.2). */
function splitTarget(target: string): [path: string, query: string] {
  let start = 0
  if (!target.startsWith('/')) {
    const scheme = /^https?:\/\/[^/?#]*/i.exec(target)
    if (scheme) start = scheme[0].length
  }
  const mark = target.indexOf('?', start)
  if (mark < 0) return [target.slice(start) || '/', '']
  return [target.slice(start, mark) || '/', target.slice(mark + 1)]
}

function joinHeaders(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>
  let authority: string | undefined
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase()
    const value = raw[i + 1]!
    if (name.startsWith(':')) {
      if (name === ':authority') authority = value
      continue
    }
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before},${value}`
  }
  if (authority !== undefined) headers['host'] ??= authority
  return headers
}

async function send(
  request: NodeRequest,
  response: NodeResponse,
  answer: WireResponse,
  context: ExchangeContext,
  departure: Departure,
): Promise<void> {
  const { status, body } = answer
  // An answer of HTTP/2 does not say that it is destroyed, and whoever writes to it then waits for ever.
  if (response.destroyed || departure.isPast) {
    if (body instanceof Readable) body.destroy()
    return
  }
  const is2 = isHttp2(request)
  const headers: Record<string, string> = { ...answer.headers }
  // They belong to a connection of HTTP/1 (RFC 9113, section 8.2.2).
  if (is2)
    for (const name of ['connection', 'transfer-encoding', 'keep-alive']) delete headers[name]
  if (answer.cookies?.length) (response as ServerResponse).setHeader('set-cookie', answer.cookies)
  const unread = !bodyReceived(request)
  if (!is2 && (unread || context.drain.aborted)) headers['connection'] = 'close'
  const bodyless = request.method === 'HEAD' || status === 204 || status === 304
  const begin = () => {
    writeHead(response, status, headers)
    return unread ? linger(request, response) : undefined
  }
  let readOn: (() => void) | undefined
  if (body instanceof Readable) {
    if (bodyless) {
      body.destroy()
      readOn = begin()
      response.end()
    } else {
      context.local.expectMuch()
      readOn = begin()
      // HTTP/2 has sent it already.
      if (answer.immediate && 'flushHeaders' in response) response.flushHeaders()
      if ('pumpTo' in body && !is2) await pump(body as Pumped, response, departure.signal)
      else await pipeline(body, response as NodeJS.WritableStream, { signal: departure.signal })
    }
  } else {
    const bytes = body ?? ''
    if (bytes.length > muchBytes) context.local.expectMuch()
    const sizeBytes = answer.isAscii ? bytes.length : Buffer.byteLength(bytes)
    if (!bodyless && !hasHeader(headers, 'content-length')) {
      headers['content-length'] = String(sizeBytes)
    }
    readOn = begin()
    // A text that is ASCII alone is copied, where Node would look at each of its characters and make room for three times as many bytes.
    if (bodyless) response.end()
    else response.end(bytes, sizeBytes === bytes.length ? 'latin1' : 'utf8')
  }
  readOn?.()
}

async function pump(body: Pumped, response: NodeResponse, signal: AbortSignal): Promise<void> {
  const onGone = (): void => void body.destroy(signal.reason as Error)
  signal.addEventListener('abort', onGone, { once: true })
  try {
    await body.pumpTo(response as ServerResponse, fileSenderOf(response as ServerResponse))
    ;(response as ServerResponse).end()
  } finally {
    signal.removeEventListener('abort', onGone)
  }
}

function writeHead(response: NodeResponse, status: number, headers: Record<string, string>): void {
  ;(response as ServerResponse).writeHead(status, headers)
}

function isHttp2(request: NodeRequest): request is Http2ServerRequest {
  return request.httpVersionMajor === 2
}

function hasHeader(headers: Record<string, string>, name: string): boolean {
  if (name in headers) return true
  for (const key in headers) if (key.toLowerCase() === name) return true
  return false
}

function bodyReceived(request: NodeRequest): boolean {
  return request.complete || request.readableEnded || !mayHaveBody(request)
}

function mayHaveBody(request: NodeRequest): boolean {
  if (isHttp2(request)) return !request.stream?.endAfterHeaders
  const length = request.headers['content-length']
  return (
    request.headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
  )
}

function destroy(request: NodeRequest, response: NodeResponse): void {
  if (isHttp2(request)) (response as Http2ServerResponse).stream?.destroy()
  else request.socket?.destroy()
}

import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

/** An event on its way into a function. */
export interface RuntimeEvent {
  readonly requestId: string
  readonly payload: Buffer
  readonly deadlineMs: number
  readonly functionArn: string
  readonly traceId: string
  /** JSON, from the caller. */
  readonly clientContext?: string | undefined
}

/** What the process says: that it has begun, or how an event ended. */
export type RuntimeAnswer =
  | { readonly kind: 'response'; readonly payload: Buffer }
  | { readonly kind: 'error'; readonly payload: Buffer; readonly errorType: string }
  | { readonly kind: 'tooLarge'; readonly bytes: number }
  | { readonly kind: 'initError'; readonly payload: Buffer; readonly errorType: string }

/** 6 MB and what the documented limit grants beyond it. */
export const responseBytesMax = 6_291_556
/** Who sends more than this is cut off. */
const drainedBytesMax = 64 * 1024 * 1024

export interface RuntimeApiOptions {
  /** The user whose processes may connect; undefined for everybody on this machine. */
  readonly uid: number | undefined
  /** The process asks for the next event. */
  readonly onIdle: () => void
  /** It has said how its start or its event ended. */
  readonly onAnswer: (answer: RuntimeAnswer) => void
}

/**
 * The HTTP interface that a function's process speaks, on a loopback port of its own. One event at a time is under way.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server
  readonly #onIdle: () => void
  readonly #onAnswer: (answer: RuntimeAnswer) => void
  #waiting: ServerResponse | undefined
  #current: RuntimeEvent | undefined

  private constructor({ uid, onIdle, onAnswer }: RuntimeApiOptions) {
    this.#onIdle = onIdle
    this.#onAnswer = onAnswer
    this.#server = createServer((request, response) => {
      this.#take(request, response).catch(() => response.destroy())
    })
    if (uid !== undefined) {
      // Other functions know the port, if they look for it: they must not take this one's events.
      this.#server.on('connection', (socket) => {
        if (ownerOf(socket) !== uid) socket.destroy()
      })
    }
    // An idle function asks once and waits, for as long as it takes.
    this.#server.requestTimeout = 0
    this.#server.keepAliveTimeout = 0
    this.#server.timeout = 0
    this.#server.unref()
  }

  static async open(options: RuntimeApiOptions): Promise<RuntimeApi> {
    const api = new RuntimeApi(options)
    await new Promise<void>((resolve, reject) => {
      api.#server.once('error', reject)
      api.#server.listen(0, '127.0.0.1', resolve)
    })
    return api
  }

  /** `127.0.0.1:port`. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Hands over an event; the process must have asked for one. */
  give(event: RuntimeEvent): void {
    const response = this.#waiting
    if (!response) throw new TypeError('the process has not asked for an event')
    this.#waiting = undefined
    this.#current = event
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': event.payload.length,
      'lambda-runtime-aws-request-id': event.requestId,
      'lambda-runtime-deadline-ms': `${event.deadlineMs}`,
      'lambda-runtime-invoked-function-arn': event.functionArn,
      'lambda-runtime-trace-id': event.traceId,
      ...(event.clientContext === undefined
        ? {}
        : { 'lambda-runtime-client-context': event.clientContext }),
    })
    response.end(event.payload)
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = /^\/2018-06-01\/runtime\/(.+)$/.exec(request.url ?? '')?.[1] ?? ''
    if (request.method === 'GET' && path === 'invocation/next') {
      this.#waiting = response
      this.#current = undefined
      this.#onIdle()
      return
    }
    const errorType =
      (request.headers['lambda-runtime-function-error-type'] as string | undefined) ?? 'Unhandled'
    const body = await read(request)
    if (request.method === 'POST' && path === 'init/error') {
      answer(response, 202, { status: 'OK' })
      this.#onAnswer({ kind: 'initError', payload: bodyOf(body), errorType })
      return
    }
    const [, requestId, what] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    if (request.method !== 'POST' || what === undefined) return answer(response, 404, notFound)
    if (requestId !== this.#current?.requestId) return answer(response, 400, invalidRequestId)
    this.#current = undefined
    if (typeof body === 'number') {
      answer(response, 413, tooLarge(body))
      this.#onAnswer({ kind: 'tooLarge', bytes: body })
      return
    }
    answer(response, 202, { status: 'OK' })
    this.#onAnswer(
      what === 'response'
        ? { kind: 'response', payload: body }
        : { kind: 'error', payload: body, errorType },
    )
  }
}

/** The user at the other end of a connection on this machine, as the kernel has it. */
function ownerOf({ localPort = 0, remotePort = 0 }: Socket): number | undefined {
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0')
  const ends = ` 0100007F:${hex(remotePort)} 0100007F:${hex(localPort)} `
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .find((candidate) => candidate.includes(ends))
  const uid = line?.trim().split(/\s+/)[7]
  return uid === undefined ? undefined : Number(uid)
}

/** The body, or how many bytes it has when that is too many. Read to its end either way, so that the process can be answered. */
async function read(request: IncomingMessage): Promise<Buffer | number> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= responseBytesMax) chunks.push(chunk)
    else chunks.length = 0
    if (size > drainedBytesMax) break
  }
  return size > responseBytesMax ? size : Buffer.concat(chunks, size)
}

function bodyOf(body: Buffer | number): Buffer {
  return typeof body === 'number' ? Buffer.from('{}') : body
}

const notFound = { errorType: 'NotFound', errorMessage: 'no such resource of the runtime API' }
const invalidRequestId = { errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' }

function tooLarge(bytes: number) {
  return {
    errorType: 'RequestEntityTooLarge',
    errorMessage: `Exceeded maximum allowed payload size (${bytes} of ${responseBytesMax} bytes).`,
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

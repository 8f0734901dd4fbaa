import { once } from 'node:events'
import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttp2, type ServerHttp2Session } from 'node:http2'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Logger } from '#kit'
import { continueOnRead, serveExchange, type NodeRequest, type NodeResponse } from './exchange.ts'
import { defaultHttpLimits, type HttpLimits } from './limits.ts'
import type { WireHandler } from './message.ts'
import { sniffPreface } from './preface.ts'

export interface ListenOptions {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** PEM; with it the port speaks only TLS. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer }
  readonly handler: WireHandler
  readonly log: Logger
  readonly limits?: Partial<HttpLimits>
}

export interface Listener {
  readonly port: number
  /** Takes no more connections, lets requests in flight finish within `drainTimeoutMs`, then cuts what is left. */
  close(): Promise<void>
}

/** One port that answers HTTP/1.1 and HTTP/2: by prior knowledge without TLS, by ALPN with it. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const limits = { ...defaultHttpLimits, ...options.limits }
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  const exchanges = new Map<Socket, { request: IncomingMessage; response: ServerResponse }>()
  let inFlight = 0
  let draining = false
  let drained: () => void = () => {}

  const serve = (request: NodeRequest, response: NodeResponse): void => {
    inFlight += 1
    void serveExchange(request, response, {
      handler: options.handler,
      log: options.log,
      secure: options.tls !== undefined,
      draining: () => draining,
    })
    response.once('close', () => {
      inFlight -= 1
      if (draining) {
        http1.closeIdleConnections()
        if (inFlight === 0) drained()
      }
    })
  }
  const expectContinue = (request: NodeRequest, response: NodeResponse): void => {
    continueOnRead(request, response)
    serve(request, response)
  }

  const http1Options = {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    // A body may take as long as it moves: `timeout` below watches that it does.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    noDelay: true,
    requireHostHeader: false,
  }
  const http1: Server = options.tls
    ? createHttps({ ...http1Options, ...options.tls, ALPNProtocols: ['h2', 'http/1.1'] })
    : createHttp(http1Options)
  http1.maxHeadersCount = 1000
  http1.maxConnections = limits.connectionsMax
  http1.on('request', (request, response) => {
    exchanges.set(request.socket, { request, response })
    serve(request, response)
  })
  http1.on('checkContinue', (request, response) => {
    exchanges.set(request.socket, { request, response })
    expectContinue(request, response)
  })
  http1.on('clientError', refuseMalformed)
  http1.setTimeout(limits.idleTimeoutMs, (socket: Socket) => {
    const exchange = exchanges.get(socket)
    if (exchange && waitsForUs(exchange.request, exchange.response)) {
      socket.setTimeout(limits.idleTimeoutMs)
    } else socket.destroy()
  })

  const http2 = createHttp2({
    maxSessionMemory: 64,
    settings: { maxConcurrentStreams: limits.streamsMax, maxHeaderListSize: limits.headerBytesMax },
  })
  http2.on('request', serve)
  http2.on('checkContinue', expectContinue)
  http2.on('session', (session) => {
    sessions.add(session)
    session.setTimeout(limits.idleTimeoutMs, () => {
      if (inFlight === 0) session.close()
    })
    session.on('close', () => sessions.delete(session))
    session.on('error', () => {})
  })

  // The one listening server is HTTP/1's; its own handler of new connections stands behind the look at the first bytes.
  const event = options.tls ? 'secureConnection' : 'connection'
  const speakHttp1 = http1.listeners(event) as ((socket: Socket) => void)[]
  http1.removeAllListeners(event)
  const choose = (socket: Socket, isHttp2: boolean): void => {
    if (isHttp2) http2.emit('connection', socket)
    else for (const listener of speakHttp1) listener.call(http1, socket)
  }
  http1.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => {
      sockets.delete(socket)
      exchanges.delete(socket)
    })
    if (!options.tls) sniffPreface(socket, limits.headersTimeoutMs, (is2) => choose(socket, is2))
  })
  if (options.tls) {
    http1.on('secureConnection', (socket: TLSSocket) => {
      socket.once('close', () => exchanges.delete(socket))
      choose(socket, socket.alpnProtocol === 'h2')
    })
  }

  http1.listen(options.port, options.host)
  await once(http1, 'listening')

  const close = async (): Promise<void> => {
    if (draining) return
    draining = true
    const closed = new Promise<void>((resolve) => http1.close(() => resolve()))
    http1.closeIdleConnections()
    for (const session of sessions) session.close()
    if (inFlight > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limits.drainTimeoutMs)
        drained = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    for (const session of sessions) session.destroy()
    for (const socket of sockets) socket.destroySoon()
    http1.closeAllConnections()
    await closed
  }
  return { port: (http1.address() as AddressInfo).port, close }
}

/** True when a quiet connection is quiet because of the server: it computes an answer, or does not read yet. */
function waitsForUs(request: IncomingMessage, response: ServerResponse): boolean {
  if (response.writableFinished || response.destroyed) return false
  if (response.writableLength > 0) return false
  return request.complete || request.readableLength >= request.readableHighWaterMark
}

/** What cannot be parsed has no protocol yet, so the answer is bare HTTP. */
function refuseMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

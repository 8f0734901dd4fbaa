import { once, setMaxListeners } from 'node:events'
import { createServer as createHttp, type Server } from 'node:http'
import { createServer as createHttp2, type ServerHttp2Session } from 'node:http2'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Logger } from '#kit'
import { continueOnRead, serveExchange, type NodeRequest, type NodeResponse } from './exchange.ts'
import { InFlight } from './in-flight.ts'
import { LocalConnections } from './local-connections.ts'
import { defaultHttpLimits, type HttpLimits } from './limits.ts'
import type { WireHandler } from './message.ts'
import { inTurn } from './one-by-one.ts'
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
  /** The requests that are being answered, some of them, as `GET /path`. */
  underWay(): readonly string[]
  /** Takes no more connections, lets requests in flight finish within `drainTimeoutMs`, then cuts what is left. */
  close(): Promise<void>
}

/** So many requests are named. */
const underWayMax = 10

/** One port that answers HTTP/1.1 and HTTP/2: by prior knowledge without TLS, by ALPN with it. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const limits = { ...defaultHttpLimits, ...options.limits }
  const inFlight = new InFlight()
  const sockets = new Set<Socket>()
  const local = new LocalConnections()
  const sessions = new Set<ServerHttp2Session>()
  const draining = new AbortController()
  // Every answer in flight may listen.
  setMaxListeners(0, draining.signal)

  const begin = (request: NodeRequest, response: NodeResponse): void => {
    // A connection that was ended with the answer before is still read from: what comes on it is not done.
    if (request.httpVersionMajor === 1 && request.socket.writableEnded) return
    inTurn(response, () => serve(request, response))
  }
  const serve = (request: NodeRequest, response: NodeResponse): void => {
    const connection = sessionOf(request) ?? request.socket
    inFlight.begin(connection, request, response, () => {
      if (draining.signal.aborted) http1.closeIdleConnections()
    })
    void serveExchange(request, response, {
      handler: options.handler,
      log: options.log,
      secure: options.tls !== undefined,
      drain: draining.signal,
      local,
    })
  }
  const beginExpecting = (request: NodeRequest, response: NodeResponse): void => {
    continueOnRead(request, response)
    begin(request, response)
  }

  const http1 = createHttp1(limits, options.tls)
  http1.on('request', begin)
  http1.on('checkContinue', beginExpecting)
  const malformed = new WeakSet<Socket>()
  const refuseInTurn = async (error: Error, socket: Socket) => {
    await inFlight.answered(socket)
    refuseMalformed(error, socket)
  }
  http1.on('clientError', (error: Error & { code?: string }, socket: Socket) => {
    if (error.code === 'ECONNRESET') socket.destroy()
    // What still comes is no better.
    else socket.pause()
    if (malformed.has(socket)) return
    malformed.add(socket)
    void refuseInTurn(error, socket)
  })
  http1.setTimeout(limits.idleTimeoutMs, (socket: Socket) => {
    if (inFlight.waitsForUs(socket)) socket.setTimeout(limits.idleTimeoutMs)
    else if (inFlight.failStalled(socket)) socket.setTimeout(limits.idleTimeoutMs)
    else socket.destroy()
  })

  const http2 = createHttp2({
    maxSessionMemory: 64,
    settings: { maxConcurrentStreams: limits.streamsMax, maxHeaderListSize: limits.headerBytesMax },
  })
  http2.on('request', begin)
  http2.on('checkContinue', beginExpecting)
  http2.on('session', (session) => {
    sessions.add(session)
    session.on('close', () => sessions.delete(session))
    session.on('error', () => {})
    const onQuiet = (): void => {
      if (inFlight.waitsForUs(session)) session.setTimeout(limits.idleTimeoutMs, onQuiet)
      else session.destroy()
    }
    session.setTimeout(limits.idleTimeoutMs, onQuiet)
  })

  // The one listening server is HTTP/1's; its own handler of new connections stands behind the look at the first bytes.
  const event = options.tls ? 'secureConnection' : 'connection'
  const speakHttp1 = http1.listeners(event) as ((socket: Socket) => void)[]
  http1.removeAllListeners(event)
  const speak = (socket: Socket, isHttp2: boolean): void => {
    if (isHttp2) {
      // HTTP/1 lets a client close its side and still be answered; in HTTP/2 who closes has left.
      socket.allowHalfOpen = false
      http2.emit('connection', socket)
    } else for (const listener of speakHttp1) listener.call(http1, socket)
  }
  http1.on('connection', (socket: Socket) => {
    sockets.add(socket)
    local.add(socket)
    socket.once('close', () => sockets.delete(socket))
    if (!options.tls) sniffPreface(socket, limits.headersTimeoutMs, (is2) => speak(socket, is2))
  })
  if (options.tls) {
    http1.on('secureConnection', (socket: TLSSocket) => speak(socket, socket.alpnProtocol === 'h2'))
  }

  http1.listen(options.port, options.host)
  await once(http1, 'listening')

  const drain = async (): Promise<void> => {
    draining.abort()
    const closed = new Promise<void>((resolve) => http1.close(() => resolve()))
    http1.closeIdleConnections()
    for (const session of sessions) session.close()
    await inFlight.drain(limits.drainTimeoutMs)
    for (const session of sessions) session.destroy()
    for (const socket of sockets) socket.destroySoon()
    http1.closeAllConnections()
    await closed
  }
  let closing: Promise<void> | undefined
  return {
    port: (http1.address() as AddressInfo).port,
    underWay: () => inFlight.some(underWayMax),
    close: () => (closing ??= drain()),
  }
}

function createHttp1(limits: HttpLimits, tls: ListenOptions['tls']): Server {
  const options = {
    maxHeaderSize: limits.headerBytesMax,
    headersTimeout: limits.headersTimeoutMs,
    // A body may take as long as it moves: the idle timeout watches that it does.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    noDelay: true,
    requireHostHeader: false,
  }
  const server = tls
    ? createHttps({ ...options, ...tls, ALPNProtocols: ['h2', 'http/1.1', 'http/1.0'] })
    : createHttp(options)
  server.maxHeadersCount = 1000
  server.maxConnections = limits.connectionsMax
  return server
}

function sessionOf(request: NodeRequest): object | undefined {
  return 'stream' in request ? request.stream.session : undefined
}

/** What cannot be parsed has no protocol yet, so the answer is bare HTTP. */
function refuseMalformed(error: Error & { code?: string }, socket: Socket): void {
  // Nothing is said on a connection that has ended, nor in the middle of an answer.
  if (!socket.writable) {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  refuse(socket, status)
}

/** Says it to whoever still listens, and closes; nobody is waited for. */
function refuse(socket: Socket, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  )
}

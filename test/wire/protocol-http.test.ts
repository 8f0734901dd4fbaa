import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request as httpRequest, Agent, type IncomingMessage } from 'node:http'
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { isLakeError, silentLogger } from '#kit'
import { listen, type HttpLimits, type WireHandler, type WireRequest } from '#protocol/http'
import { poll } from '../harness/poll.ts'

const fixture = (name: string) => readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url))
const tls = { cert: fixture('cert.pem'), key: fixture('key.pem') }

const echo: WireHandler = async (request) => ({
  status: 200,
  headers: { 'content-type': 'text/plain' },
  body: `${request.method} ${request.rawPath} ${request.rawQuery} ${request.httpVersion} ${await text(request.body)}`,
})

async function serve(
  handler: WireHandler,
  options: { limits?: Partial<HttpLimits>; tls?: typeof tls } = {},
) {
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    handler,
    log: silentLogger(),
    ...options,
  })
  return { ...listener, [Symbol.asyncDispose]: () => listener.close() }
}

test('HTTP/1.1 requests reach the handler as they were sent', async () => {
  let seen: WireRequest | undefined
  await using server = await serve(async (request) => {
    seen = request
    return echo(request)
  })
  const response = await send(server.port, {
    method: 'PUT',
    path: '/a%20b/%C3%BC?x=1&y=%2F',
    headers: { 'X-Twice': ['one', 'two'], 'x-amz-meta-Name': 'v' },
    body: 'hello',
  })
  assert.equal(response.status, 200)
  assert.equal(response.body, 'PUT /a%20b/%C3%BC x=1&y=%2F 1.1 hello')
  assert.equal(seen!.headers['x-twice'], 'one,two')
  assert.equal(seen!.headers['x-amz-meta-name'], 'v')
  assert.equal(seen!.secure, false)
  assert.equal(seen!.remoteAddress, '127.0.0.1')
})

test('HTTP/2 with prior knowledge is answered on the same port', async () => {
  let seen: WireRequest | undefined
  await using server = await serve(async (request) => {
    seen = request
    return echo(request)
  })
  const session = connectHttp2(`http://127.0.0.1:${server.port}`)
  const answers = await Promise.all([1, 2, 3].map((n) => send2(session, `/n${n}?q`, `body ${n}`)))
  session.close()
  assert.deepEqual(
    answers.map((answer) => answer.body),
    ['POST /n1 q 2.0 body 1', 'POST /n2 q 2.0 body 2', 'POST /n3 q 2.0 body 3'],
  )
  assert.equal(seen!.headers['host'], `127.0.0.1:${server.port}`)
})

test('the first bytes may come one by one, in either version', async () => {
  await using server = await serve(echo)
  const request = 'GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'
  const one = await dribble(server.port, Buffer.from(request))
  assert.match(await text(one), /GET \/slow/)

  const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])
  const two = await dribble(
    server.port,
    Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), settings]),
  )
  const [answer] = (await once(two, 'data')) as [Buffer]
  two.destroy()
  assert.equal(answer[3], 4, 'the server answers with its own SETTINGS')
})

test('over TLS both versions are negotiated', async () => {
  await using server = await serve(echo, { tls })
  const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: tls.cert })
  assert.equal((await send2(session, '/two', 'x')).body, 'POST /two  2.0 x')
  session.close()
  const request = httpsRequest({ port: server.port, host: '127.0.0.1', path: '/one', ca: tls.cert })
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  assert.equal(await text(response), 'GET /one  1.1 ')
  // What `curl --http1.0` offers.
  const { port } = server
  const oldest = connectTls({ port, ca: tls.cert, host: '127.0.0.1', ALPNProtocols: ['http/1.0'] })
  oldest.end('GET /old HTTP/1.0\r\n\r\n')
  assert.match(await text(oldest), /GET \/old\s+1\.0 $/)
})

test('100 Continue is sent when the body is read, and not when the request is refused before', async () => {
  await using server = await serve(async (request) =>
    request.rawPath === '/refused' ? { status: 403, headers: {}, body: 'no' } : echo(request),
  )
  for (const [path, expected] of [
    ['/taken', /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 OK[\s\S]*payload$/],
    ['/refused', /^HTTP\/1.1 403 Forbidden[\s\S]*no$/],
  ] as const) {
    const socket = connect(server.port, '127.0.0.1')
    socket.write(
      `PUT ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 7\r\n\r\n`,
    )
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk.toString()
      if (received === 'HTTP/1.1 100 Continue\r\n\r\n') socket.write('payload')
    })
    await once(socket, 'end')
    socket.destroy()
    assert.match(received, expected)
  }
})

test('what is not HTTP, and headers without end, are refused', async () => {
  await using server = await serve(echo, { limits: { headerBytesMax: 8192 } })
  assert.match(await raw(server.port, 'nonsense\r\n\r\n'), /^HTTP\/1.1 400 Bad Request/)
  const long = `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(10_000)}\r\n\r\n`
  assert.match(await raw(server.port, long), /^HTTP\/1.1 431 Request Header Fields Too Large/)
})

test('a client that never finishes its headers, or its body, is cut off', async () => {
  let failed: unknown
  await using server = await serve(
    async (request) => {
      await text(request.body).catch((error: unknown) => (failed = error))
      return { status: 418, headers: {} }
    },
    // Time enough for a busy machine to see what the slow one has sent.
    { limits: { headersTimeoutMs: 3_000, idleTimeoutMs: 300 } },
  )
  const silent = connect(server.port, '127.0.0.1')
  const slow = connect(server.port, '127.0.0.1')
  slow.write('PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\npart')
  const told = text(slow)
  await Promise.all([closed(silent), closed(slow)])
  assert.match(await told, /^HTTP\/1.1 418 .*\r\nconnection: close/)
  assert.ok(isLakeError(failed, 'BodyStalled'))
})

test('a slow handler keeps its connection beyond the idle timeout', async () => {
  await using server = await serve(
    async () => {
      // Some idle timeouts long.
      await new Promise((resolve) => setTimeout(resolve, 500))
      return { status: 200, headers: {}, body: 'late' }
    },
    { limits: { idleTimeoutMs: 150 } },
  )
  assert.equal((await send(server.port, { path: '/' })).body, 'late')
})

test('a client that leaves aborts the signal, and its answer is given up', async () => {
  let aborted = false
  let destroyed = false
  await using server = await serve(async (request) => {
    request.signal.addEventListener('abort', () => (aborted = true))
    const endless = new Readable({
      read() {
        this.push(Buffer.alloc(1024))
      },
      destroy(error, callback) {
        destroyed = true
        callback(error)
      },
    })
    return { status: 200, headers: {}, body: endless }
  })
  const request = httpRequest({ port: server.port, host: '127.0.0.1' })
  request.on('error', () => {})
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  response.on('error', () => {})
  await once(response, 'readable')
  request.destroy()
  await poll('the abort', () => aborted && destroyed)
})

for (const way of ['resets its stream', 'closes its connection'] as const) {
  test(`a client of HTTP/2 that ${way} aborts the signal, and its answer is given up`, async () => {
    let aborted = false
    let destroyed = false
    await using server = await serve(async (request) => {
      request.signal.addEventListener('abort', () => (aborted = true))
      const silent = new Readable({
        read() {},
        destroy(error, callback) {
          destroyed = true
          callback(error)
        },
      })
      silent.push('first')
      return { status: 200, headers: {}, body: silent }
    })
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true })
    const session = connectHttp2(`http://127.0.0.1:${server.port}`, {
      createConnection: () => socket,
    })
    const stream = session.request({ ':path': '/' })
    stream.on('error', () => {})
    await once(stream, 'data')
    if (way === 'resets its stream') stream.destroy()
    else socket.end()
    await poll('the abort', () => aborted && destroyed)
    session.destroy()
  })
}

test('a reader that stops holds the answer back instead of filling the memory', async () => {
  let produced = 0
  const total = 64 * 1024 * 1024
  await using server = await serve(async () => ({
    status: 200,
    headers: { 'content-length': String(total) },
    body: new Readable({
      read() {
        const chunk = produced < total ? Buffer.alloc(64 * 1024) : null
        produced += chunk?.length ?? 0
        this.push(chunk)
      },
    }),
  }))
  const request = httpRequest({ port: server.port, host: '127.0.0.1' })
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  let before = -1
  const isQuiet = () => {
    const same = produced === before
    before = produced
    return same
  }
  await poll('the server to stop producing', isQuiet, { intervalMs: 50 })
  assert.ok(produced < total / 2, `${produced} bytes were made for a client that reads none`)
  let received = 0
  for await (const chunk of response) received += (chunk as Buffer).length
  assert.equal(received, total)
})

test('a body is handed on while it comes, and held back while nobody reads', async () => {
  let release: () => void = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  await using server = await serve(async (request) => {
    await released
    let size = 0
    for await (const chunk of request.body) size += (chunk as Buffer).length
    return { status: 200, headers: {}, body: String(size) }
  })
  const total = 32 * 1024 * 1024
  let sent = 0
  const body = new Readable({
    read() {
      const chunk = sent < total ? Buffer.alloc(64 * 1024) : null
      sent += chunk?.length ?? 0
      this.push(chunk)
    },
  })
  const request = httpRequest({ method: 'PUT', port: server.port, host: '127.0.0.1' })
  void pipeline(body, request)
  let before = -1
  const isHeldBack = () => {
    const same = sent === before && sent > 0
    before = sent
    return same
  }
  await poll('the client to be held back', isHeldBack, { intervalMs: 50 })
  assert.ok(sent < total, 'the whole body was taken although nobody read it')
  release()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  assert.equal(await text(response), String(total))
})

test('an early answer arrives although the body was not read', async () => {
  await using server = await serve(async () => ({ status: 403, headers: {}, body: 'refused' }))
  const request = httpRequest({ method: 'PUT', port: server.port, host: '127.0.0.1' })
  request.on('error', () => {})
  request.write(Buffer.alloc(2 * 1024 * 1024))
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  assert.equal(response.statusCode, 403)
  assert.equal(response.headers.connection, 'close')
  assert.equal(await text(response), 'refused')
})

test('an early answer arrives at who reads nothing before all is sent, and what is sent behind it is not done', async () => {
  let asked = 0
  await using server = await serve(async () => {
    asked += 1
    return { status: 403, headers: {}, body: 'refused' }
  })
  /** The server's ends of connections, by the port of the other. */
  const served = new Map<number, Socket>()
  const onSocket = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket }
    served.set(socket.remotePort!, socket)
  }
  subscribe('net.server.socket', onSocket)
  // More than connections hold.
  const body = Buffer.alloc(3_500_000)
  const chunk = `${body.length.toString(16)}\r\n`
  for (const [framing, before, after] of [
    [`Content-Length: ${body.length}`, '', ''],
    ['Transfer-Encoding: chunked', chunk, '\r\n0\r\n\r\n'],
  ]) {
    const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true })
    let failed: Error | undefined
    socket.on('error', (error) => (failed = error))
    socket.write(`PUT / HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n${before}`)
    asked = 0
    await poll('the request', () => asked === 1)
    socket.write(body)
    let sent = false
    socket.write(`${after}GET / HTTP/1.1\r\nHost: a\r\n\r\n`, () => (sent = true))
    await poll('all to be sent', () => sent || failed)
    assert.equal(failed, undefined)
    let received = ''
    socket.on('data', (bytes: Buffer) => (received += bytes.toString()))
    await poll('the end of the answer', () => socket.readableEnded)
    assert.match(received, /^HTTP\/1.1 403 Forbidden\r\n[^]*\r\n\r\nrefused$/)
    assert.equal(asked, 1)
    await poll('the connection to be closed', () => served.get(socket.localPort!)?.destroyed)
    socket.destroy()
  }
  unsubscribe('net.server.socket', onSocket)
})

test('a client that sends a body without end is cut off soon after its answer', async () => {
  await using server = await serve(async () => ({ status: 403, headers: {}, body: 'refused' }))
  const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true })
  let isOver = false
  socket.on('error', () => {})
  socket.on('close', () => (isOver = true))
  let received = ''
  socket.on('data', (bytes: Buffer) => (received += bytes.toString()))
  socket.write('PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
  await poll('the answer', () => received.endsWith('refused'))
  let sent = 0
  const goOn = () => {
    if (!isOver && !socket.writableNeedDrain) {
      socket.write(`100000\r\n${'x'.repeat(1024 * 1024)}\r\n`)
      sent += 1
    }
    return isOver
  }
  await poll('the end', goOn, { intervalMs: 1 })
  assert.ok(sent < 64, `${sent} MiB were taken`)
})

test('an answer that comes after its client left, or that cannot be begun, is let go of', async () => {
  let left = 0
  let pumped = 0
  const bodies: Readable[] = []
  await using server = await serve(async ({ rawPath, signal }) => {
    const body = new Readable({ read() {} })
    bodies.push(body)
    const headers: Record<string, string> = rawPath === '/bad' ? { 'x-bad': 'a\nb' } : {}
    if (rawPath === '/bad') return { status: 200, headers, body }
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
    left += 1
    if (rawPath === '/read') return { status: 200, headers, body }
    const pumpTo = () => {
      pumped += 1
      return new Promise<void>(() => {})
    }
    return { status: 200, headers, body: Object.assign(body, { pumpTo }) }
  })
  for (const path of ['/read', '/pumped']) {
    const socket = connect(server.port, '127.0.0.1')
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
    const before = bodies.length
    await poll('the request', () => bodies.length > before)
    socket.resetAndDestroy()
  }
  await poll('both to be gone', () => left === 2 && bodies.every(({ destroyed }) => destroyed))
  assert.equal(pumped, 0)
  assert.equal((await send(server.port, { path: '/bad' })).status, 500)
  assert.ok(bodies.at(-1)!.destroyed)
})

test('HEAD, 204 and 304 have no body, and keep the length they speak of', async () => {
  await using server = await serve(async (request) => ({
    status: Number(request.rawPath.slice(1)),
    headers: { 'content-length': '5' },
    body: request.method === 'HEAD' ? Readable.from(['hello']) : '',
  }))
  const head = await send(server.port, { method: 'HEAD', path: '/200' })
  assert.deepEqual([head.status, head.headers['content-length'], head.body], [200, '5', ''])
  assert.equal((await send(server.port, { path: '/304' })).body, '')
})

test('a stream that fails midway cuts the connection, so that nobody takes the part for the whole', async () => {
  await using server = await serve(async () => ({
    status: 200,
    headers: {},
    body: Readable.from(
      (async function* () {
        yield 'part'
        throw new Error('disk gone')
      })(),
    ),
  }))
  const request = httpRequest({ port: server.port, host: '127.0.0.1' })
  request.end()
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  await assert.rejects(text(response), /aborted/)
})

test('a handler that throws is answered with a bare 500', async () => {
  await using server = await serve(() => Promise.reject(new Error('secret')))
  const response = await send(server.port, { path: '/' })
  assert.deepEqual([response.status, response.body], [500, ''])
})

test('close lets requests in flight finish, and takes no new ones', async () => {
  let release: () => void = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  let entered = 0
  const server = await serve(async () => {
    entered += 1
    await released
    return { status: 200, headers: {}, body: 'done' }
  })
  const agent = new Agent({ keepAlive: true })
  const first = send(server.port, { path: '/', agent })
  const session = connectHttp2(`http://127.0.0.1:${server.port}`)
  const second = send2(session, '/', '')
  await poll('both to be in flight', () => entered === 2)
  const closing = server.close()
  await assert.rejects(send(server.port, { path: '/' }), /ECONNREFUSED|ECONNRESET|hang up/)
  release()
  assert.deepEqual([(await first).body, (await second).body], ['done', 'done'])
  assert.equal((await first).headers['connection'], 'close')
  await closing
  session.close()
  agent.destroy()
})

test('close does not wait for idle connections, nor longer than its bound', async () => {
  let entered = false
  const stuck: WireHandler = () => {
    entered = true
    return new Promise(() => {})
  }
  const server = await serve(stuck, { limits: { drainTimeoutMs: 200 } })
  const idle = connect(server.port, '127.0.0.1')
  await once(idle, 'connect')
  const hanging = send(server.port, { path: '/' })
  hanging.catch(() => {})
  await poll('the request to hang', () => entered)
  await server.close()
  await assert.rejects(hanging)
  idle.destroy()
})

interface Sent {
  readonly method?: string
  readonly path: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string
  readonly agent?: Agent
}

async function send(port: number, { method, path, headers, body, agent }: Sent) {
  const request = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent })
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  return { status: response.statusCode, headers: response.headers, body: await text(response) }
}

async function send2(session: ClientHttp2Session, path: string, body: string) {
  const stream = session.request({ ':method': 'POST', ':path': path })
  stream.end(body)
  return { body: await text(stream) }
}

/** A connection on which the bytes went out one at a time. */
async function dribble(port: number, bytes: Buffer): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  for (const byte of bytes) {
    socket.write(Buffer.from([byte]))
    // Mostly a packet for each; all that it is for holds however many come together.
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return socket
}

async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

async function closed(socket: Socket): Promise<void> {
  socket.on('error', () => {})
  socket.resume()
  await once(socket, 'close')
}

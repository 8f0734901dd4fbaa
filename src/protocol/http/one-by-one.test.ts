import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { silentLogger } from '#kit'
import { poll } from '#test/harness'
import { listen } from './listen.ts'
import type { HttpLimits } from './limits.ts'
import type { WireHandler } from './message.ts'

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`
const put = (path: string, body: string) =>
  `PUT ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`

/** A server that answers when it is let, and what it was asked so far. */
async function serve(limits: Partial<HttpLimits> = {}) {
  const asked: string[] = []
  const waiting: (() => void)[] = []
  let left = 0
  let isOpen = false
  const handler: WireHandler = async ({ rawPath, body, signal }) => {
    asked.push(rawPath)
    signal.addEventListener('abort', () => (left += 1))
    const sent = await text(body)
    if (!isOpen) await new Promise<void>((resolve) => waiting.push(resolve))
    return { status: 200, headers: {}, body: `${rawPath} ${sent};` }
  }
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    log: silentLogger(),
    limits: { drainTimeoutMs: 300_000, ...limits },
    handler,
  })
  const letOne = () => poll('somebody who waits', () => waiting.shift()).then((go) => go())
  const letAll = () => {
    isOpen = true
    for (const go of waiting) go()
  }
  const close = async () => {
    letAll()
    await listener.close()
  }
  return { ...listener, asked, letOne, letAll, left: () => left, [Symbol.asyncDispose]: close }
}

function send(port: number, bytes: string): { socket: Socket; received: () => string } {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')))
  socket.on('error', () => {})
  socket.write(bytes)
  return { socket, received: () => received }
}

describe('requests that are sent before the ones before them are answered', () => {
  it('are served one after the other, and answered in their order', async () => {
    await using server = await serve()
    const { socket, received } = send(
      server.port,
      put('/1', 'one') + get('/2') + put('/3', 'three') + get('/4'),
    )
    for (let count = 1; count <= 4; count += 1) {
      await poll(`request ${count}`, () => server.asked.length === count)
      for (let turn = 0; turn < 10; turn += 1) await nextTurn()
      assert.equal(server.asked.length, count)
      await server.letOne()
    }
    await poll('the answers', () => received().includes('/4 ;'))
    assert.deepEqual(received().match(/\/\d \w*;/g), ['/1 one;', '/2 ;', '/3 three;', '/4 ;'])
    socket.destroy()
  })

  it('are not read without end while one is being answered, and all answered then', async () => {
    await using server = await serve()
    let begun = 0
    const onRequest = () => (begun += 1)
    subscribe('http.server.request.start', onRequest)
    const count = 3_000
    const filler = `X: ${'x'.repeat(1000)}\r\n`
    const requests = Array.from({ length: count }, (_, index) => get(`/${index}`, filler))
    const { socket, received } = send(server.port, requests.join(''))
    await poll('requests to wait', () => server.asked.length === 1 && begun > 32)
    for (let turn = 0; turn < 1000; turn += 1) await nextTurn()
    // Node reads 64 KiB at a time.
    assert.ok(begun < 300, `${begun} were read`)
    unsubscribe('http.server.request.start', onRequest)
    server.letAll()
    await poll('every answer', () => received().endsWith(`/${count - 1} ;`))
    assert.deepEqual(
      server.asked,
      Array.from({ length: count }, (_, index) => `/${index}`),
    )
    socket.destroy()
  })

  it('are forgotten when the client leaves, or the server says that it closes the connection', async () => {
    await using server = await serve()
    const { socket } = send(server.port, get('/1') + get('/2') + get('/3'))
    await poll('the first request', () => server.asked.length === 1)
    socket.resetAndDestroy()
    await poll('the departure to be seen', () => server.left() === 1)
    const other = send(server.port, get('/4', 'Connection: close\r\n') + get('/5'))
    await server.letOne()
    await server.letOne()
    await poll('the end of the connection', () => other.socket.readableEnded)
    assert.match(other.received(), /\/4 ;$/)
    assert.deepEqual(server.asked, ['/1', '/4'])
  })

  it('leave the answer whole that is under way, when what comes after it is no request', async () => {
    await using server = await serve()
    for (const [index, rubbish] of [
      'no request at all\r\n\r\n',
      'GET / HTTP/1.1\r\n:\r\n\r\n',
    ].entries()) {
      const { socket, received } = send(
        server.port,
        put('/1', 'one') + get('/2') + rubbish.repeat(3),
      )
      await server.letOne()
      await server.letOne()
      await poll('the end of the connection', () => socket.readableEnded)
      assert.match(
        received(),
        /^HTTP\/1.1 200 OK[^;]*\/1 one;HTTP\/1.1 200 OK[^;]*\/2 ;HTTP\/1.1 400 Bad/,
      )
      assert.equal(server.asked.length, 2 * (index + 1))
    }
  })

  it('do not make a connection look idle while the first is computed', async () => {
    await using server = await serve({ idleTimeoutMs: 50 })
    const { socket, received } = send(server.port, get('/1') + get('/2'))
    await poll('the first request', () => server.asked.length === 1)
    const startedMs = performance.now()
    await poll('a time in which nothing moves', () => performance.now() - startedMs > 500)
    await server.letOne()
    await server.letOne()
    await poll('both answers', () => received().includes('/2 ;'))
    socket.destroy()
  })
})

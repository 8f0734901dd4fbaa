import assert from 'node:assert/strict'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { request as requestSecurely } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { loadSystemCalls, silentLogger } from '#kit'
import { poll } from '#test/harness'
import { listen } from './listen.ts'
import type { FileSender } from './message.ts'

const bytes = Buffer.alloc(3_000_000, 'bytes of a file, sent as they lie ')

describe('sending files', () => {
  let folder: string
  let file: number
  let hasSendFile = false
  before(async () => {
    hasSendFile = (await loadSystemCalls()) !== undefined
    folder = mkdtempSync(join(tmpdir(), 'boathouse-send-'))
    writeFileSync(join(folder, 'file'), bytes)
    file = openSync(join(folder, 'file'), 'r')
  })
  after(() => {
    closeSync(file)
    rmSync(folder, { recursive: true })
  })

  /** Answers with a body that is handed what it may send files with. */
  async function serve(
    pump: (target: Writable, sendFile: FileSender | undefined) => Promise<void>,
    options: { readonly length?: number; readonly tls?: { cert: Buffer; key: Buffer } } = {},
  ) {
    const { length, tls } = options
    const listener = await listen({
      host: '127.0.0.1',
      port: 0,
      log: silentLogger(),
      ...(tls && { tls }),
      handler: async () => {
        const body = Object.assign(new Readable({ read: () => {} }), { pumpTo: pump })
        body.on('error', () => {})
        const headers: Record<string, string> = {}
        if (length !== undefined) headers['content-length'] = String(length)
        return { status: 200, headers, body }
      },
    })
    return { ...listener, [Symbol.asyncDispose]: () => listener.close() }
  }
  const write = (target: Writable, chunk: Buffer) =>
    new Promise<void>((resolve, reject) =>
      target.write(chunk, (error) => (error ? reject(error) : resolve())),
    )
  async function get(port: number, tls = false): Promise<Buffer> {
    const options = { port, host: '127.0.0.1', agent: false, rejectUnauthorized: false }
    const sent = (tls ? requestSecurely : request)(options).end()
    const [answer] = (await once(sent, 'response')) as [Readable]
    return buffer(answer)
  }

  it('puts bytes of a file between those that are written, in order', async (t) => {
    if (!hasSendFile) return t.skip('sendfile is not to be had: no Linux, or koffi is missing')
    let sent = 0
    await using server = await serve(
      async (target, sendFile) => {
        let position = 0
        while (position < bytes.length) {
          const count = sendFile!(file, position, Math.min(70_001, bytes.length - position)) ?? 0
          sent += count
          position += count
          const next = bytes.subarray(position, position + 5_003)
          if (next.length > 0) await write(target, next)
          position += next.length
        }
      },
      { length: bytes.length },
    )
    assert.ok((await get(server.port)).equals(bytes))
    assert.ok(sent > bytes.length / 2, `${sent} were sent`)
  })

  it('sends nothing while something waits to be written', async (t) => {
    if (!hasSendFile) return t.skip('sendfile is not to be had: no Linux, or koffi is missing')
    const large = Buffer.alloc(64 * 1024 * 1024)
    const taken: (number | undefined)[] = []
    await using server = await serve(
      async (target, sendFile) => {
        const writing = write(target, large)
        // More than the system keeps: Node holds the rest.
        taken.push(sendFile!(file, 0, 10))
        await writing
      },
      { length: large.length },
    )
    const socket = connect(server.port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await poll('it to be asked', () => taken.length === 1)
    assert.deepEqual(taken, [0])
    let received = 0
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length
    })
    await poll('the answer', () => received > large.length)
    socket.destroy()
  })

  it('gives up on what cannot be sent', async (t) => {
    if (!hasSendFile) return t.skip('sendfile is not to be had: no Linux, or koffi is missing')
    const directory = openSync(folder, 'r')
    await using server = await serve(
      async (target, sendFile) => {
        assert.equal(sendFile!(directory, 0, 10), undefined)
        assert.equal(sendFile!(file, 0, 10), undefined)
        await write(target, bytes)
      },
      { length: bytes.length },
    )
    assert.ok((await get(server.port)).equals(bytes))
    closeSync(directory)
  })

  it('sends nothing to a client that is gone, nor to who comes after it', async (t) => {
    if (!hasSendFile) return t.skip('sendfile is not to be had: no Linux, or koffi is missing')
    const taken: (number | undefined)[] = []
    const gone = Promise.withResolvers<void>()
    await using server = await serve(
      async (target, sendFile) => {
        await write(target, bytes.subarray(0, 10))
        if (taken.length > 0) return void (await write(target, bytes.subarray(10)))
        taken.push(sendFile!(file, 10, 10))
        first.resetAndDestroy()
        await once(target, 'close')
        // It may be given the descriptor that the first one had.
        const second = get(server.port)
        for (let index = 0; index < 10; index += 1) taken.push(sendFile!(file, 20, 10))
        assert.ok((await second).equals(bytes))
        gone.resolve()
      },
      { length: bytes.length },
    )
    const first = connect(server.port, '127.0.0.1')
    first.on('data', () => {})
    first.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await gone.promise
    assert.deepEqual(taken, [10, ...Array.from({ length: 10 }, () => 0)])
  })

  it('is not for answers whose length is not told, and not for TLS', async () => {
    const given: (FileSender | undefined)[] = []
    const pump = async (target: Writable, sendFile: FileSender | undefined) => {
      given.push(sendFile)
      await write(target, bytes)
    }
    await using chunked = await serve(pump)
    assert.ok((await get(chunked.port)).equals(bytes))
    const fixture = (name: string) =>
      readFileSync(join(import.meta.dirname, '../../../test/fixtures/tls', name))
    const tls = { cert: fixture('cert.pem'), key: fixture('key.pem') }
    await using secure = await serve(pump, { length: bytes.length, tls })
    assert.ok((await get(secure.port, true)).equals(bytes))
    assert.deepEqual(given, [undefined, undefined])
  })
})

import assert from 'node:assert/strict'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { collectOwned, silentLogger } from '#kit'
import { listen, type WireHandler } from '#protocol/http'
import { poll as pollSlowly } from '#test/harness'

/** https://www.rfc-editor.org/rfc/rfc9113.html#section-7 */
const codes = { NO_ERROR: 0, INTERNAL_ERROR: 2, CANCEL: 8 }
/** More than the client lets come without taking it (section 6.9.2). */
const large = 300_000
/** More than a request holds before somebody reads it, and less than that and a window. */
const unread = 96 * 1024
const pieceBytes = 8 * 1024

/** What a server does with a request; `go` is resolved after the reset. Whatever it opens it counts with `hold`. */
type Behaviour = (...args: Parameters<WireHandler>) => ReturnType<WireHandler>
type Behaviours = (go: Promise<unknown>, hold: (by: 1 | -1) => void) => Record<string, Behaviour>

const behaviours: Behaviours = (go, hold) => {
  const held = (read: (this: Readable) => void): Readable => {
    hold(1)
    const destroy = (error: Error | null, done: (error: Error | null) => void) => {
      hold(-1)
      done(error)
    }
    return new Readable({ read, destroy }).on('error', () => {})
  }
  const ok = (body: Readable | string) => ({ status: 200, headers: {}, body })
  return {
    'a stream that has nothing yet': async () => ({ ...ok(held(() => {})), immediate: true }),
    'a stream without an end': async () =>
      ok(
        held(function read() {
          this.push(Buffer.alloc(65_536))
        }),
      ),
    'a stream that has ended': async () => {
      const body = held(() => {})
      body.push(Buffer.alloc(large))
      body.push(null)
      return ok(body)
    },
    'a stream that comes late': async () => {
      await go
      return ok(held(() => {}))
    },
    'a large text': async () => ok('x'.repeat(large)),
    'a large text that comes late': async () => {
      await go
      return ok('x'.repeat(large))
    },
    'nothing before the client leaves': async ({ signal }) => {
      hold(1)
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
      hold(-1)
      return ok('')
    },
  }
}

describe('an HTTP/2 stream that its client resets', () => {
  const requests = {
    'that is whole': (id: number) => headers('GET', id),
    'whose body has not come': (id: number) => headers('POST', id),
    'whose body has come in part': (id: number) =>
      Buffer.concat([headers('POST', id), data(id, 'part')]),
  }
  for (const [codeName, code] of Object.entries(codes))
    for (const [requestName, request] of Object.entries(requests)) {
      it(`with ${codeName} ends the answer to a request ${requestName}, whenever it comes`, async () => {
        for (const name of Object.keys(behaviours(Promise.resolve(), () => {})))
          for (const when of ['with the first packet', 'with its own packet', 'later'] as const) {
            let begun = 0
            let open = 0
            const { promise: go, resolve } = Promise.withResolvers<void>()
            const answer = behaviours(go, (by) => (open += by))[name]!
            await using server = await serve((wire) => {
              begun += 1
              return answer(wire)
            })
            const client = new RawClient(server.port)
            if (when !== 'with the first packet') await client.settled()
            const ids = Array.from({ length: 10 }, (_, index) => 2 * index + 1)
            const resets = Buffer.concat(ids.map((id) => reset(id, code)))
            if (when === 'later') {
              client.send(Buffer.concat(ids.map(request)))
              await poll(`requests to ${name}`, () => begun === ids.length)
              await client.settled()
              client.send(resets)
            } else {
              client.send(Buffer.concat(ids.flatMap((id) => [request(id), reset(id, code)])))
            }
            await client.settled()
            resolve()
            await poll(
              `${name}, reset ${when}, to be given up`,
              () => begun === ids.length && open === 0 && server.underWay().length === 0,
            )
            client.socket.destroy()
          }
      })
    }

  for (const [codeName, code] of Object.entries(codes)) {
    it(`with ${codeName} before its body is whole fails that body`, async () => {
      for (const when of ['with its own packet', 'later'] as const) {
        const outcomes: string[] = []
        await using server = await serve(async ({ body, rawPath }) => {
          outcomes.push(
            await (rawPath === '/1' ? text(body) : collectOwned(body, large)).then(
              (read) => `read ${read.length}`,
              ({ code: reason, message }: NodeJS.ErrnoException) => `${reason}: ${message}`,
            ),
          )
          return { status: 204, headers: {} }
        })
        const client = new RawClient(server.port)
        await client.settled()
        for (const id of [1, 3]) {
          const part = Buffer.concat([headers('POST', id), data(id, 'part')])
          client.send(when === 'later' ? part : Buffer.concat([part, reset(id, code)]))
          if (when !== 'later') continue
          await client.settled()
          client.send(reset(id, code))
        }
        await poll('the outcomes', () => outcomes.length === 2)
        const failures = [
          'ECONNRESET: the client reset the stream',
          'ERR_STREAM_PREMATURE_CLOSE: Premature close',
        ]
        assert.deepEqual(outcomes.toSorted(), failures, when)
        client.socket.destroy()
      }
    })

    it(`with ${codeName} is let go of although its body is not read`, async () => {
      let sent = 0
      let begun = 0
      await using server = await serve(async ({ signal, body }) => {
        body.once('readable', () => body.read(1))
        begun += 1
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        return { status: 204, headers: {} }
      })
      const client = new RawClient(server.port)
      client.send(headers('POST', 1))
      // As much as the window allows, of which the server gives back what it takes in.
      for (; sent < unread; sent += pieceBytes) {
        client.send(data(1, 'x'.repeat(pieceBytes)))
        await client.settled()
      }
      await poll('the request', () => begun === 1)
      client.send(reset(1, code))
      await client.settled()
      await poll('the request to be let go of', () => server.underWay().length === 0)
      client.socket.destroy()
    })
  }
})

describe('an HTTP/2 stream whose client never ends its body', () => {
  it('is let go of when its answer is taken, not before', async () => {
    let begun = 0
    await using server = await serve(async ({ rawPath }) => {
      begun += 1
      return { status: 403, headers: {}, body: rawPath === '/1' ? 'refused' : 'x'.repeat(large) }
    })
    const client = new RawClient(server.port)
    client.send(Buffer.concat([headers('POST', 1), headers('POST', 3)]))
    await poll('the requests', () => begun === 2)
    await poll('one to be let go of', () => server.underWay().length === 1)
    assert.deepEqual(server.underWay(), ['POST /3'])
    client.socket.destroy()
  })
})

async function serve(handler: WireHandler) {
  const listener = await listen({ host: '127.0.0.1', port: 0, handler, log: silentLogger() })
  return { ...listener, [Symbol.asyncDispose]: () => listener.close() }
}

/** Sends frames as they are given to it, which no library does, and takes no more than the first window of an answer. */
class RawClient {
  readonly socket: Socket
  #received = Buffer.alloc(0)
  #first = Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    frame({ type: 4, flags: 0, id: 0 }),
  ])
  #pings = 0

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.socket.on('error', () => {})
    this.socket.on('data', (chunk) => (this.#received = Buffer.concat([this.#received, chunk])))
  }

  send(frames: Buffer): void {
    this.socket.write(Buffer.concat([this.#first, frames]))
    this.#first = Buffer.alloc(0)
  }

  /** Resolves when the server has seen all that was sent: it answers a PING (section 6.7). */
  async settled(): Promise<void> {
    this.#pings += 1
    const payload = Buffer.alloc(8, this.#pings)
    this.send(frame({ type: 6, flags: 0, id: 0 }, payload))
    const answer = frame({ type: 6, flags: 1, id: 0 }, payload)
    await poll('the answer to a PING', () => this.#received.includes(answer))
  }
}

/** Most of what is waited for here takes no millisecond. */
const poll = (what: string, ask: () => boolean) => pollSlowly(what, ask, { intervalMs: 1 })

interface FrameHead {
  readonly type: number
  readonly flags: number
  readonly id: number
}

/** https://www.rfc-editor.org/rfc/rfc9113.html#section-4.1 */
function frame({ type, flags, id }: FrameHead, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(id, 5)
  return Buffer.concat([head, payload])
}

/** A GET has no body. Names and values by their place in the static table: https://www.rfc-editor.org/rfc/rfc7541.html#appendix-A */
function headers(method: 'GET' | 'POST', id: number): Buffer {
  const path = Buffer.from(`/${id}`)
  const block = [method === 'GET' ? 0x82 : 0x83, 0x86, 0x04, path.length, ...path, 0x01, 1, 0x61]
  return frame({ type: 1, flags: method === 'GET' ? 5 : 4, id }, Buffer.from(block))
}

const data = (id: number, bytes: string): Buffer =>
  frame({ type: 0, flags: 0, id }, Buffer.from(bytes))

function reset(id: number, code: number): Buffer {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(code)
  return frame({ type: 3, flags: 0, id }, payload)
}

import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { describe, it } from 'node:test'
import { createLogger, systemClock, type Logger } from '#kit'
import { createGateway } from '#protocol/aws'
import { listen, type WireHandler } from '#protocol/http'
import { createIcebergRest } from '#protocol/iceberg-rest'
import { poll } from '#test/harness'

interface Line {
  readonly level: number
  readonly msg: string
}

const refused = async () => {
  throw new Error('nobody is let in')
}

/** Each reads a body before it knows who sends it. */
const doors: Readonly<Record<string, { path: string; handler: (log: Logger) => WireHandler }>> = {
  'the AWS protocols': {
    path: '/',
    handler: (log) =>
      createGateway({
        services: [],
        authenticate: { authenticate: refused },
        authorize: refused,
        clock: systemClock,
        log,
      }),
  },
  'the Iceberg REST protocol': {
    path: '/iceberg/v1/oauth/tokens',
    handler: (log) =>
      createIcebergRest({
        front: { operations: async () => ({}), errors: {}, context: {}, unsupported: [] },
        authenticate: { authenticate: refused },
        tokens: { issue: refused, renew: refused, authenticate: refused },
        authorize: refused,
        region: 'us-east-1',
        log,
      }),
  },
}

const form = 'application/x-www-form-urlencoded'

/** Sends half a body, and returns what leaves then. */
function beginHttp1(port: number, path: string): () => void {
  const socket = connect(port, '127.0.0.1')
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${form}\r\nContent-Length: 99\r\n\r\nhalf=`,
  )
  return () => socket.destroy()
}

/** Frames as they are: Node's client ends a body before it resets its stream. https://www.rfc-editor.org/rfc/rfc9113.html#section-4.1 */
function beginHttp2(port: number, path: string): () => void {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  // Names and values by their place in the static table: https://www.rfc-editor.org/rfc/rfc7541.html#appendix-A
  const head = [0x83, 0x86, 0x01, ...literal('a'), 0x04, ...literal(path), 0x0f, 0x10]
  socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
  socket.write(frame({ type: 4, flags: 0, id: 0 }, []))
  socket.write(frame({ type: 1, flags: 4, id: 1 }, [...head, ...literal(form)]))
  socket.write(frame({ type: 0, flags: 0, id: 1 }, Buffer.from('half=')))
  return () => {
    const cancel = [0, 0, 0, 8]
    socket.end(frame({ type: 3, flags: 0, id: 1 }, cancel))
  }
}

const literal = (text: string): readonly number[] => [text.length, ...Buffer.from(text)]

function frame(
  { type, flags, id }: { readonly type: number; readonly flags: number; readonly id: number },
  payload: Iterable<number>,
): Buffer {
  const bytes = [...payload]
  return Buffer.from([0, 0, bytes.length, type, flags, 0, 0, 0, id, ...bytes])
}

describe('a client that leaves in the middle of a body', () => {
  for (const [name, { path, handler }] of Object.entries(doors))
    for (const [version, begin] of Object.entries({
      'HTTP/1.1': beginHttp1,
      'HTTP/2': beginHttp2,
    })) {
      it(`is no failure of ${name} (${version})`, async () => {
        const lines: Line[] = []
        const log = createLogger('debug', {
          write: (line) => void lines.push(JSON.parse(line) as Line),
        })
        const listener = await listen({ host: '127.0.0.1', port: 0, handler: handler(log), log })
        const leave = begin(listener.port, path)
        await poll('the request', () => listener.underWay().length > 0)
        leave()
        const told = () => lines.filter(({ msg }) => /client left|failed/.test(msg))
        await poll('what is told of it', () => told().length > 0)
        await listener.close()
        assert.deepEqual(
          told().map(({ level, msg }) => ({ level, msg })),
          [{ level: 20, msg: 'a client left' }],
        )
      })
    }
})

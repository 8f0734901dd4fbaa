import { connect } from 'node:net'
import type { MeasuredServer } from './child.ts'

export interface Measured {
  readonly perSecond: number
  /** Per second of the server's processor time: steadier on a busy machine. */
  readonly perCpuSecond: number
}

/**
 * Sends ready-made requests over `connections` kept-alive connections, one at a time on each, until `durationMs` have
 * passed, and counts the answers. The bytes are made before, so that the time measured is the server's.
 */
export async function sendLoad(input: {
  readonly server: MeasuredServer
  readonly connections: number
  readonly durationMs: number
  readonly request: (index: number) => Buffer
  /** How much one request counts for: 500 records, or 1 object. */
  readonly unitsPerRequest: number
}): Promise<Measured> {
  const { server } = input
  let index = 0
  let answered = 0
  const startCpu = server.cpuSeconds()
  const start = performance.now()
  const deadline = start + input.durationMs
  await Promise.all(
    Array.from({ length: input.connections }, async () => {
      await using connection = await Connection.open(server.port)
      while (performance.now() < deadline) {
        const current = index
        index += 1
        const status = await connection.send(input.request(current))
        if (!isSuccess(status))
          throw new Error(`the server answered ${status}: ${connection.lastBody}`)
        answered += 1
      }
    }),
  )
  const seconds = (performance.now() - start) / 1000
  const cpu = Math.max(server.cpuSeconds() - startCpu, 0.01)
  const units = answered * input.unitsPerRequest
  return { perSecond: units / seconds, perCpuSecond: units / cpu }
}

/** Sends one request; throws when it is not answered with success. */
export async function sendOnce(port: number, request: Buffer): Promise<void> {
  await using connection = await Connection.open(port)
  const status = await connection.send(request)
  if (!isSuccess(status)) throw new Error(`the server answered ${status}: ${connection.lastBody}`)
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

/** A raw HTTP/1.1 connection that reads no more of an answer than it must. */
class Connection {
  lastBody = ''
  readonly #socket: ReturnType<typeof connect>
  #settle: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined
  #head: Buffer = Buffer.alloc(0)
  #left = -1
  #chunked = false
  #status = 0

  private constructor(port: number) {
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        // One piece of memory for all that comes: a fresh one for each read would cost more than the read.
        buffer: Buffer.allocUnsafeSlow(readBytes),
        callback: (count, buffer) => {
          this.#receive(Buffer.from(buffer.buffer, buffer.byteOffset, count))
          return true
        },
      },
    })
    const socket = this.#socket
    const fail = (error: Error) => this.#settle?.reject(error)
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('the server closed the connection')))
  }

  static async open(port: number): Promise<Connection> {
    const connection = new Connection(port)
    await new Promise<void>((resolve, reject) => {
      connection.#socket.once('connect', resolve)
      connection.#socket.once('error', reject)
    })
    return connection
  }

  send(request: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      this.#socket.write(request)
    })
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#settle = undefined
    this.#socket.destroy()
    return Promise.resolve()
  }

  #receive(chunk: Buffer): void {
    let body: Buffer = chunk
    if (this.#left < 0) {
      const bytes = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk])
      const end = bytes.indexOf('\r\n\r\n')
      if (end < 0) {
        this.#head = Buffer.from(bytes)
        return
      }
      const head = bytes.toString('latin1', 0, end)
      this.#status = Number(head.slice(9, 12))
      this.#chunked = /\ntransfer-encoding: chunked/i.test(head)
      this.#left = this.#chunked ? 5 : Number(/\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
      body = bytes.subarray(end + 4)
      this.#head = Buffer.alloc(0)
      this.lastBody = ''
    }
    if (this.#status !== 200) this.lastBody += body.toString('latin1')
    if (this.#chunked) {
      if (!body.subarray(-5).equals(lastChunk)) return
    } else {
      this.#left -= body.length
      if (this.#left > 0) return
    }
    this.#left = -1
    this.#settle?.resolve(this.#status)
  }
}

const readBytes = 256 * 1024
const lastChunk = Buffer.from('0\r\n\r\n')

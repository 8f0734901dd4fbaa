import type { Readable } from 'node:stream'
import { HttpErrors } from './errors.ts'
import type { NodeRequest, NodeResponse } from './exchange.ts'

interface Exchange {
  readonly request: NodeRequest
  readonly response: NodeResponse
}

/** The requests that are being answered, by the connection (a socket, or an HTTP/2 session) that they came on. */
export class InFlight {
  readonly #byConnection = new Map<object, Set<Exchange>>()
  #count = 0
  #wake: () => void = () => {}

  /** Counts an exchange until its response is closed, and then calls `ended`. */
  begin(connection: object, request: NodeRequest, response: NodeResponse, ended: () => void): void {
    const exchange = { request, response }
    const exchanges = this.#byConnection.get(connection) ?? new Set()
    this.#byConnection.set(connection, exchanges.add(exchange))
    this.#count += 1
    response.once('close', () => {
      exchanges.delete(exchange)
      if (exchanges.size === 0) this.#byConnection.delete(connection)
      this.#count -= 1
      ended()
      if (this.#count === 0) this.#wake()
    })
  }

  /**
   * Whether a connection on which nothing moves is quiet because of the server (it computes an answer, or does not read
   * yet). If not, the client has nothing to wait for, or does not keep its side up.
   */
  waitsForUs(connection: object): boolean {
    const exchanges = this.#byConnection.get(connection)
    if (!exchanges) return false
    for (const { request, response } of exchanges) {
      if (response.destroyed || response.writableFinished) continue
      if (response.writableLength > 0) return false
      if (!request.complete && request.readableLength < request.readableHighWaterMark) return false
    }
    return true
  }

  /**
   * Where a request waits for its body, and nothing of an answer is on its way: fails that body, so that the request can still be
   * answered. Whether there was one that had not failed before.
   */
  failStalled(connection: object): boolean {
    const exchanges = [...(this.#byConnection.get(connection) ?? [])]
    const stalled = exchanges.filter(
      ({ request, response }) =>
        !request.complete && !request.destroyed && !response.headersSent && !response.destroyed,
    )
    for (const { request } of stalled) failBody(request)
    return stalled.length > 0
  }

  /** Up to so many, as `GET /path`: what stands behind the path may be a secret. */
  some(countMax: number): readonly string[] {
    const exchanges = [...this.#byConnection.values()].flatMap((each) => [...each])
    return exchanges
      .slice(0, countMax)
      .map(({ request }) => `${request.method} ${request.url?.split('?', 1)[0]}`)
  }

  /**
   * Resolves when all requests that have come whole on a connection are answered. An answer that has begun although its request never will
   * be whole is cut short, with its connection.
   */
  async answered(connection: object): Promise<void> {
    for (;;) {
      const exchanges = [...(this.#byConnection.get(connection) ?? [])]
      const whole = exchanges.find(({ request }) => request.complete)
      if (!whole) {
        for (const { request, response } of exchanges) {
          if (response.headersSent) request.socket.destroy()
        }
        return
      }
      await new Promise<void>((resolve) => whole.response.once('close', resolve))
    }
  }

  /** Resolves when nothing is in flight, or after `timeoutMs`. */
  async drain(timeoutMs: number): Promise<void> {
    if (this.#count === 0) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** Ends the body with `BodyStalled`. Destroying a request would take its connection with it, and the answer. */
function failBody(request: NodeRequest): void {
  // `_destroy` is made to be replaced, as `_read` is.
  const body: Readable = request
  // oxlint-disable-next-line no-underscore-dangle
  body._destroy = (error, done) => done(error)
  body.destroy(HttpErrors.BodyStalled('The body of the request did not come'))
}

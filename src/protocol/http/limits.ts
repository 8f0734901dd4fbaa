/** What one listener allows. Every field has a default in `defaultHttpLimits`. */
export interface HttpLimits {
  /** Request line and headers together. More is answered with 431. */
  readonly headerBytesMax: number
  /** From the first byte of a connection, or of a next request, to the end of the headers. */
  readonly headersTimeoutMs: number
  /** How long a client may neither send what it promised nor take what it is given. */
  readonly idleTimeoutMs: number
  /** How long a connection may wait for its next request. */
  readonly keepAliveTimeoutMs: number
  /** How long `close` waits for requests in flight. */
  readonly drainTimeoutMs: number
  /** Open connections; further ones are refused by closing them at once. */
  readonly connectionsMax: number
  /** Concurrent streams of one HTTP/2 connection. */
  readonly streamsMax: number
}

export const defaultHttpLimits: HttpLimits = {
  headerBytesMax: 64 * 1024,
  headersTimeoutMs: 30_000,
  idleTimeoutMs: 120_000,
  keepAliveTimeoutMs: 65_000,
  drainTimeoutMs: 10_000,
  connectionsMax: 10_000,
  streamsMax: 250,
}

import type { ServerResponse } from 'node:http'
import type { NodeResponse } from './exchange.ts'

/** What Node's answers have inside. */
interface Waiting {
  /** Told how many more bytes wait for their turn on the connection: from some on, no more requests are read from it. */
  readonly _onPendingData?: (bytes: number) => void
  readonly writableHighWaterMark: number
}

/** So many wait on a connection before no more are read: of one that is not read from nobody learns that the client has left. */
const waitingMax = 32

/**
 * Begins a request when the ones before it on its connection are answered, as if the client had waited: what was sent to be done first
 * is done first, and only one of them holds files and memory. A client that sends many more meanwhile is not read from. Of those that
 * wait when the connection closes none begins.
 * https://www.rfc-editor.org/rfc/rfc9112.html#section-9.3.2
 */
export function inTurn(response: NodeResponse, begin: () => void): void {
  // Streams of HTTP/2 do not wait for each other.
  if (!isBehindOthers(response)) return begin()
  // oxlint-disable-next-line no-underscore-dangle
  const { _onPendingData: onPendingData, writableHighWaterMark } = response as unknown as Waiting
  const share = Math.ceil(writableHighWaterMark / waitingMax)
  onPendingData?.(share)
  response.once('socket', () => {
    onPendingData?.(-share)
    begin()
  })
}

function isBehindOthers(response: NodeResponse): response is ServerResponse {
  return response.socket === null && response.req.httpVersionMajor === 1
}

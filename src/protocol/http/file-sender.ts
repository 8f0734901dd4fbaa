import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { constants } from 'node:os'
import { systemCalls } from '#kit'
import type { FileSender } from './message.ts'

const { EAGAIN, EINTR } = constants.errno

/** What Node's sockets have inside. */
interface Handle {
  readonly fd?: number
  readonly writeQueueSize?: number
}

/**
 * Sends bytes of files as the body of an answer whose head is written and says how long it is; undefined where that cannot be:
 * with TLS, in chunks, without `sendfile`.
 *
 * Each call happens as a whole on this thread: the number of the connection is asked for and used with nothing between, so that it
 * cannot be one that was closed, and given to another client, meanwhile. Node's own queue must be empty, or the bytes would pass
 * those that wait in it.
 */
export function fileSenderOf(response: ServerResponse): FileSender | undefined {
  // `encrypted` is what a TLS socket says of itself.
  if (response.chunkedEncoding || (response.req.socket as { encrypted?: true }).encrypted) {
    return undefined
  }
  const system = systemCalls()
  if (!system) return undefined
  let isFlushed = false
  let isUsable = true
  return (file, position, length) => {
    if (!isUsable) return undefined
    // The head goes before what is sent past Node.
    if (!isFlushed) response.flushHeaders()
    isFlushed = true
    const connection = readyConnection(response)
    if (connection === undefined) return 0
    const sent = system.sendFile(connection, file, position, length)
    if (sent >= 0) return sent
    // Of whatever else is wrong the next bytes that are written will tell.
    isUsable = sent === -EAGAIN || sent === -EINTR
    return isUsable ? 0 : undefined
  }
}

/** The number of the connection when all that Node was given for it has gone to the system. */
function readyConnection({ socket, writableLength }: ServerResponse): number | undefined {
  // An answer has no socket while an earlier one on the same connection is not complete.
  if (!(socket instanceof Socket) || socket.destroyed || !socket.writable) return undefined
  if (writableLength > 0 || socket.writableLength > 0) return undefined
  // oxlint-disable-next-line no-underscore-dangle
  const { _handle: handle } = socket as unknown as { readonly _handle?: Handle | null }
  if (handle?.writeQueueSize !== 0) return undefined
  const { fd } = handle
  return fd !== undefined && fd >= 0 ? fd : undefined
}

import type { Socket } from 'node:net'
import type { NodeRequest, NodeResponse } from './exchange.ts'

/** After an answer that did not need the whole body: this much more is read and thrown away. */
const lingerBytesMax = 4 * 1024 * 1024
const lingerTimeoutMs = 2_000

/**
 * For an answer to a request whose body has not come whole: closing with unread bytes would reset the connection, and the client might lose
 * the answer. To be called when its head is written; what it returns, when all of it is: then what still comes is read for a while. Until
 * then a connection of HTTP/1, which Node would close with the answer, is ended on this side only.
 * https://www.rfc-editor.org/rfc/rfc9112.html#section-9.6
 */
export function linger(request: NodeRequest, response: NodeResponse): () => void {
  const socket = 'stream' in request ? undefined : request.socket
  if (socket) endOneSide(socket)
  const close = (): void => {
    if (socket) socket.destroy()
    else if ('stream' in response) response.stream.destroy()
  }
  return () => {
    let size = 0
    const timer = setTimeout(() => {
      // The answer may be long, and the client slow to take it.
      if (response.writableFinished || response.destroyed) close()
      else timer.refresh()
    }, lingerTimeoutMs)
    timer.unref()
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > lingerBytesMax) request.pause()
    })
    request.on('close', () => {
      clearTimeout(timer)
      if (socket) endBothSides(socket)
    })
    request.resume()
  }
}

function endOneSide(socket: Socket): void {
  socket.destroySoon = () => void socket.end()
}

/** When what was written has gone. */
function endBothSides(socket: Socket): void {
  Reflect.deleteProperty(socket, 'destroySoon')
  socket.destroySoon()
}

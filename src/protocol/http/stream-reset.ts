import type { Http2ServerRequest } from 'node:http2'

/**
 * Ends an exchange of HTTP/2 whose stream the client resets before it is over. By itself Node closes the answer as if it had been finished;
 * and where the code is NO_ERROR it ends a body as if all of it had come, and keeps open, for as long as the connection lasts, a stream of
 * which the end of the answer still waits to be taken.
 * https://www.rfc-editor.org/rfc/rfc9113.html#section-5.4.2
 */
export function endOnReset(request: Http2ServerRequest, departed: () => void): void {
  const { stream } = request
  const wasReset = (): void => {
    departed()
    request.destroy(Object.assign(new Error('the client reset the stream'), { code: 'ECONNRESET' }))
    // Node is in the midst of closing it.
    process.nextTick(() => stream.destroy())
  }
  stream.once('aborted', wasReset)
  // Of an answer that was ended before, Node says nothing but that no more of a body will come.
  stream.once('end', () => {
    if (stream.closed && stream.writableLength > 0) stream.destroy()
  })
  // The reset may have come with the packet that opened the stream.
  if (stream.closed || stream.destroyed) wasReset()
}

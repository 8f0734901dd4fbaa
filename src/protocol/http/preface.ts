import type { Socket } from 'node:net'

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/**
 * Looks at the first bytes of a fresh connection, puts them back, and tells whether an HTTP/2 client speaks
 * with prior knowledge (RFC 9113, section 3.3). Says nothing when the connection ends, or stays
 * silent for `timeoutMs`: it is destroyed then.
 */
export function sniffPreface(
  socket: Socket,
  timeoutMs: number,
  tell: (isHttp2: boolean) => void,
): void {
  let head: Buffer = Buffer.alloc(0)
  const onReadable = (): void => {
    const chunk = socket.read() as Buffer | null
    if (chunk === null) return
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk])
    const compared = Math.min(head.length, preface.length)
    const matches = head.compare(preface, 0, compared, 0, compared) === 0
    if (matches && compared < preface.length) return
    stop()
    // Not before it is known: what is put back is announced again.
    socket.unshift(head)
    tell(matches)
  }
  const onGone = (): void => {
    stop()
    socket.destroy()
  }
  const stop = (): void => {
    socket.off('readable', onReadable)
    socket.off('end', onGone)
    socket.off('error', onGone)
    socket.off('timeout', onGone)
    socket.setTimeout(0)
  }
  socket.setTimeout(timeoutMs)
  socket.on('readable', onReadable)
  socket.on('end', onGone)
  socket.on('error', onGone)
  socket.on('timeout', onGone)
}

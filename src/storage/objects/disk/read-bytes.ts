import { read } from 'node:fs'

/** `sizeBytes` bytes from `position` on, or as many as there are before the end. In a buffer of their own. */
export function readBytes(fd: number, position: number, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes)
  if (sizeBytes === 0) return Promise.resolve(bytes)
  return new Promise((resolve, reject) => {
    let length = 0
    const next = () =>
      read(fd, bytes, length, sizeBytes - length, position + length, (error, bytesRead) => {
        if (error) return reject(error)
        length += bytesRead
        if (bytesRead > 0 && length < sizeBytes) return next()
        resolve(length === sizeBytes ? bytes : bytes.subarray(0, length))
      })
    next()
  })
}

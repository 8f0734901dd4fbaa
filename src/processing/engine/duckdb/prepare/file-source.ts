import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { ByteSource } from '#storage/formats'

/** A local file as a source of bytes. */
export function openFileSource(path: string): ByteSource & Disposable {
  const handle = openSync(path, 'r')
  const sizeBytes = fstatSync(handle).size
  return {
    sizeBytes,
    read: (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > sizeBytes) throw new Error('it is cut off')
      const bytes = Buffer.allocUnsafe(length)
      for (let at = 0; at < length;) {
        const count = readSync(handle, bytes, at, length - at, offset + at)
        if (count === 0) throw new Error('it is cut off')
        at += count
      }
      return bytes
    },
    [Symbol.dispose]: () => closeSync(handle),
  }
}

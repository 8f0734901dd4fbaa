import { read } from 'node:fs'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import type { OpenFile } from './open-files.ts'

const chunkBytes = 512 * 1024

/**
 * Bytes of an open file, in large chunks. With `expected`, what the CRC-32 of all of them must be, the last chunk is held back
 * until it is known to be right: a reader of damaged bytes sees the stream fail, never end.
 */
export class FileStream extends Readable {
  readonly #file: OpenFile
  readonly #expected: number | undefined
  readonly #corrupt: () => Error
  #position: number
  #left: number
  #crc = 0
  #isReading = false

  constructor(
    file: OpenFile,
    range: { readonly start: number; readonly sizeBytes: number },
    check: { readonly expected: number | undefined; readonly corrupt: () => Error },
  ) {
    super({ highWaterMark: chunkBytes })
    this.#file = file
    this.#position = range.start
    this.#left = range.sizeBytes
    this.#expected = check.expected
    this.#corrupt = check.corrupt
  }

  /* oxlint-disable no-underscore-dangle */
  override _read(): void {
    const length = Math.min(this.#left, chunkBytes)
    if (length === 0) {
      this.push(null)
      return
    }
    // Not from the pool, and not cleared: it is filled below, or cut.
    const bytes = Buffer.allocUnsafeSlow(length)
    this.#isReading = true
    read(this.#file.fd, bytes, 0, length, this.#position, (error, bytesRead) => {
      this.#isReading = false
      if (this.destroyed) return this.#file.release()
      if (error) return void this.destroy(error)
      if (bytesRead === 0) return void this.destroy(this.#corrupt())
      const chunk = bytesRead === length ? bytes : bytes.subarray(0, bytesRead)
      this.#position += bytesRead
      this.#left -= bytesRead
      if (this.#expected !== undefined) {
        this.#crc = crc32(chunk, this.#crc)
        if (this.#left === 0 && this.#crc !== this.#expected) {
          return void this.destroy(this.#corrupt())
        }
      }
      this.push(chunk)
      if (this.#left === 0) this.push(null)
    })
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // A read that is under way still needs the file, and gives it back itself.
    if (!this.#isReading) this.#file.release()
    callback(error)
  }
  /* oxlint-enable no-underscore-dangle */
}

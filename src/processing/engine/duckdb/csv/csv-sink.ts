import { closeSync, fdatasync, openSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/** What was written to a file. */
export interface WrittenFile {
  readonly sizeBytes: number
  readonly crc: number
}

const pieceBytes = 256 * 1024
/** So much is written between two requests that the disk take it. */
const syncedBytes = 4 << 20

/**
 * Takes bytes as they come. Few stay in memory; more become a file, which the disk takes while it is still being written, so that who makes it
 * durable in the end does not wait for all of it.
 */
export class CsvSink implements Disposable {
  readonly #path: string
  readonly #inlineBytesMax: number
  readonly #piece = Buffer.allocUnsafeSlow(pieceBytes)
  #filled = 0
  #file: number | undefined
  #sizeBytes = 0
  #crc = 0
  #syncedBytes = 0
  #syncing: Promise<void> | undefined
  #syncFailure: Error | undefined

  /** The file at `path` is made for more than `inlineBytesMax`, at most `pieceBytes` of them. */
  constructor(path: string, inlineBytesMax: number) {
    this.#path = path
    this.#inlineBytesMax = Math.min(inlineBytesMax, pieceBytes)
  }

  write(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length;) {
      const taken = Math.min(bytes.length - from, pieceBytes - this.#filled)
      this.#piece.set(bytes.subarray(from, from + taken), this.#filled)
      this.#filled += taken
      from += taken
      if (this.#filled === pieceBytes) this.#flush()
    }
  }

  /** The text, where it is short; else the file is complete. */
  async end(): Promise<{ readonly text: string } | WrittenFile> {
    if (this.#file === undefined && this.#filled <= this.#inlineBytesMax) {
      return { text: this.#piece.toString('utf8', 0, this.#filled) }
    }
    this.#flush()
    // The file may not be closed under it.
    await this.#syncing
    if (this.#syncFailure) throw this.#syncFailure
    return { sizeBytes: this.#sizeBytes, crc: this.#crc }
  }

  [Symbol.dispose](): void {
    const file = this.#file
    this.#file = undefined
    if (file === undefined) return
    if (this.#syncing) void this.#syncing.then(() => closeSync(file))
    else closeSync(file)
  }

  #flush(): void {
    this.#file ??= openSync(this.#path, 'wx', 0o600)
    const bytes = this.#piece.subarray(0, this.#filled)
    for (let from = 0; from < bytes.length;) {
      const written = writeSync(this.#file, bytes, from, bytes.length - from)
      if (written === 0) throw new Error('ENOSPC: nothing of the result was written')
      from += written
    }
    this.#crc = crc32(bytes, this.#crc)
    this.#sizeBytes += bytes.length
    this.#filled = 0
    if (!this.#syncing && this.#sizeBytes - this.#syncedBytes >= syncedBytes) this.#sync(this.#file)
  }

  #sync(file: number): void {
    this.#syncedBytes = this.#sizeBytes
    this.#syncing = new Promise((resolve) => {
      // The system tells of a failure once: whoever takes the file over would not hear of it.
      fdatasync(file, (failure) => {
        this.#syncFailure ??= failure ?? undefined
        this.#syncing = undefined
        resolve()
      })
    })
  }
}

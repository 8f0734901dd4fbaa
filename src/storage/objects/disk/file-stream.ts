import { read } from 'node:fs'
import { Readable, type Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import type { FileSender } from '../parts-stream.ts'
import { ChunkBuffers, chunkBytes } from './chunk-buffers.ts'
import { isHot, readHot, watched } from './hot-reads.ts'
import type { OpenFile } from './open-files.ts'

/** Sent at once; then others have their turn. */
const sendBytesMax = 1024 * 1024

/**
 * Bytes of an open file, in large chunks. With `expected`, what the CRC-32 of all of them must be, the last chunk is held back
 * until it is known to be right: a reader of damaged bytes sees the stream fail, never end. A file that was found right a moment ago
 * (soundness.ts) is not checked again, unless `anew`, and is read on this thread.
 */
export class FileStream extends Readable {
  readonly #file: OpenFile
  readonly #expected: number | undefined
  readonly #isHot: boolean
  readonly #sentBytesMin: number
  readonly #onFoundRight: (() => void) | undefined
  readonly #corrupt: () => Error
  #position: number
  #left: number
  #crc = 0
  #isReading = false
  #failWrite: ((error: Error) => void) | undefined

  constructor(
    file: OpenFile,
    range: { readonly start: number; readonly sizeBytes: number },
    options: {
      readonly expected: number | undefined
      readonly corrupt: () => Error
      readonly anew?: boolean
      /** What is shorter is not sent by `sendFile`: default never. */
      readonly sentBytesMin?: number
    },
  ) {
    super({ highWaterMark: chunkBytes })
    this.#file = file
    this.#position = range.start
    this.#left = range.sizeBytes
    const { expected, anew = false, sentBytesMin = Number.POSITIVE_INFINITY } = options
    this.#sentBytesMin = sentBytesMin
    this.#isHot = !anew && file.soundness.isKnown(file.fd)
    this.#expected = this.#isHot ? undefined : expected
    if (this.#expected !== undefined) this.#onFoundRight = file.soundness.watch(file.fd)
    this.#corrupt = options.corrupt
  }

  /**
   * Writes everything to `target`, which tells when it is done with each chunk, without handing the buffers out: they are used
   * again. What needs no check is sent by `sendFile` where that pays. In the place of reading the stream; `target` is not ended.
   */
  async pumpTo(target: Writable, sendFile?: FileSender): Promise<void> {
    const buffers = new ChunkBuffers()
    try {
      await this.#pump(target, buffers, sendFile)
      if (this.#left > 0) throw this.errored ?? new Error('the reader was destroyed')
      this.destroy()
    } catch (error) {
      this.destroy(error as Error)
      throw error
    } finally {
      buffers.end()
    }
  }

  /** As `pumpTo`; ends early when this is destroyed. */
  async #pump(target: Writable, buffers: ChunkBuffers, sendFile?: FileSender): Promise<void> {
    let writing: Promise<void> | undefined
    let send = this.#isHot && this.#left >= this.#sentBytesMin ? sendFile : undefined
    while (this.#left > 0) {
      let isWaiting = false
      const sendable = Math.min(this.#left, sendBytesMax)
      if (send && isHot(this.#file.fd, this.#position, sendable)) {
        await writing
        if (this.destroyed) return
        const sent = this.#send(send, sendable)
        if (sent === 'some') {
          if (this.#left > 0) await nextTurn()
          continue
        }
        if (sent === 'never') send = undefined
        // What is written while the connection takes no more tells when it does again.
        isWaiting = sent === 'none'
      }
      let bytes = buffers.take(writing !== undefined, isWaiting)
      // Where many read at the same time, each gets on with one buffer; else one is filled while the other is written.
      if (!bytes) await writing
      if (this.destroyed) return
      bytes ??= buffers.take(false, isWaiting)!
      const chunk = await this.#next(bytes)
      await writing
      writing = this.#write(target, chunk).then(() => buffers.giveBack(bytes))
      // It is awaited with the next chunk: until then a failure is nobody's.
      writing.catch(() => undefined)
    }
    await writing
  }

  /* oxlint-disable no-underscore-dangle */
  override _read(): void {
    if (this.#left === 0) {
      this.push(null)
      return
    }
    // Not from the pool, and not cleared: it is filled below, or cut.
    this.#next(Buffer.allocUnsafeSlow(Math.min(this.#left, chunkBytes))).then(
      (chunk) => {
        if (this.destroyed) return
        this.push(chunk)
        if (this.#left === 0) this.push(null)
      },
      (error: Error) => this.destroy(error),
    )
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // A read that is under way still needs the file, and gives it back itself.
    if (!this.#isReading) this.#file.release()
    this.#failWrite?.(error ?? new Error('the reader was destroyed'))
    callback(error)
  }
  /* oxlint-enable no-underscore-dangle */

  /** A connection that is gone does not always say so to whoever writes: destroying this ends the wait. */
  #write(target: Writable, chunk: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#failWrite = reject
      target.write(chunk, (error) => (error ? reject(error) : resolve()))
    })
  }

  /** Sends the next bytes, or some of them. */
  #send(send: FileSender, length: number): 'some' | 'none' | 'never' {
    const sent = watched(() => send(this.#file.fd, this.#position, length))
    if (sent === undefined) return 'never'
    this.#position += sent
    this.#left -= sent
    return sent > 0 ? 'some' : 'none'
  }

  /** The next bytes, at the start of `bytes`. Fails when these are the last ones, and all together are not what they should be. */
  async #next(bytes: Buffer): Promise<Buffer> {
    const length = Math.min(this.#left, bytes.length)
    const bytesRead = await this.#read(bytes, length)
    // The file is shorter than it was.
    if (bytesRead === 0) throw this.#corrupt()
    const chunk = bytes.subarray(0, bytesRead)
    this.#position += bytesRead
    this.#left -= bytesRead
    if (this.#expected !== undefined) {
      this.#crc = crc32(chunk, this.#crc)
      if (this.#left === 0 && this.#crc !== this.#expected) throw this.#corrupt()
      if (this.#left === 0) this.#onFoundRight?.()
    }
    return chunk
  }

  #read(bytes: Buffer, length: number): number | Promise<number> {
    const { fd } = this.#file
    const hot = this.#isHot ? readHot(fd, bytes, length, this.#position) : undefined
    if (hot !== undefined) return hot
    this.#isReading = true
    return readInto(fd, bytes, length, this.#position).finally(() => {
      this.#isReading = false
      if (this.destroyed) this.#file.release()
    })
  }
}

function readInto(fd: number, bytes: Buffer, length: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, bytes, 0, length, position, (error, bytesRead) =>
      error ? reject(error) : resolve(bytesRead),
    )
  })
}

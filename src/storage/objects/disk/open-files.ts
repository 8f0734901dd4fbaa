import { close, fstat, open } from 'node:fs'
import { promisify } from 'node:util'
import { Soundness } from './soundness.ts'

const openFile = promisify(open)
const statFile = promisify(fstat)

/** A file that stays open until it is released, whatever becomes of its name. */
export interface OpenFile {
  readonly fd: number
  readonly sizeBytes: number
  /** Shared by all who read it. */
  readonly soundness: Soundness
  release(): void
}

/** Files that are open for reading, the longest unused closed first; opening costs more than a small read. */
export class OpenFiles {
  readonly #filesMax: number
  readonly #onForget: (path: string) => void
  /** The last is the most recently used. */
  readonly #files = new Map<string, Shared>()
  readonly #opening = new Map<string, Promise<Shared>>()

  /** `onForget` is told of each file that is no longer kept open. */
  constructor(filesMax: number, onForget: (path: string) => void = () => {}) {
    this.#filesMax = filesMax
    this.#onForget = onForget
  }

  /** Resolves at once when the file is open already. Errors: those of opening it. */
  use(path: string): OpenFile | Promise<OpenFile> {
    const known = this.#files.get(path)
    if (known) {
      // Which was used last matters only when some will have to be closed.
      if (this.#files.size > this.#filesMax / 2) {
        this.#files.delete(path)
        this.#files.set(path, known)
      }
      return known.lease()
    }
    let opening = this.#opening.get(path)
    if (!opening) {
      opening = this.#open(path, () => this.#opening.get(path) === opening)
      this.#opening.set(path, opening)
    }
    return opening.then((file) => file.lease())
  }

  /** Closes a file as soon as nobody reads it, and opens it anew when it is asked for again. */
  forget(path: string): void {
    this.#opening.delete(path)
    this.#files.get(path)?.retire()
    if (this.#files.delete(path)) this.#onForget(path)
  }

  close(): void {
    for (const path of this.#files.keys()) this.forget(path)
  }

  /** `isWanted` is false when the file was forgotten meanwhile: then only those who wait for it read it. */
  async #open(path: string, isWanted: () => boolean): Promise<Shared> {
    let file: Shared | undefined
    try {
      const fd = await openFile(path, 'r')
      try {
        file = new Shared(fd, (await statFile(fd)).size)
      } catch (error) {
        close(fd)
        throw error
      }
      return file
    } finally {
      if (isWanted()) {
        this.#opening.delete(path)
        if (file) this.#keep(path, file)
      } else file?.retire()
    }
  }

  #keep(path: string, file: Shared): void {
    this.#files.set(path, file)
    if (this.#files.size > this.#filesMax) this.forget(this.#files.keys().next().value!)
  }
}

class Shared {
  readonly fd: number
  readonly sizeBytes: number
  readonly #soundness = new Soundness()
  #readers = 0
  #retired = false
  #isClosed = false

  constructor(fd: number, sizeBytes: number) {
    this.fd = fd
    this.sizeBytes = sizeBytes
  }

  lease(): OpenFile {
    this.#readers += 1
    let held = true
    const release = () => {
      if (!held) return
      held = false
      this.#readers -= 1
      if (this.#retired) this.#closeWhenIdle()
    }
    return { fd: this.fd, sizeBytes: this.sizeBytes, soundness: this.#soundness, release }
  }

  retire(): void {
    if (this.#retired) return
    this.#retired = true
    this.#closeWhenIdle()
  }

  /** Not at once: whoever waited for the file to be open may be about to take it, and its number is soon that of another. */
  #closeWhenIdle(): void {
    setImmediate(() => {
      if (this.#isClosed || this.#readers > 0) return
      this.#isClosed = true
      close(this.fd)
    })
  }
}

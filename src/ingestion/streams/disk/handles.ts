import type { LogFiles } from './files.ts'

interface Handle {
  readonly fd: Promise<number>
  users: number
  /** Its file was removed, or the pool is closing: close it when the last user has gone. */
  dropped: boolean
}

/**
 * Open files by path, at most `openMax` beside those in use at this moment. Reads and writes name their
 * own position, so one handle serves any number of readers and the writer of a segment.
 */
export class FileHandles {
  readonly #files: LogFiles
  readonly #openMax: number
  /** In order of last use, the oldest first. */
  readonly #handles = new Map<string, Handle>()

  constructor(files: LogFiles, openMax: number) {
    this.#files = files
    this.#openMax = openMax
  }

  async use<R>(path: string, work: (fd: number) => Promise<R>): Promise<R> {
    let handle = this.#handles.get(path)
    if (handle) this.#handles.delete(path)
    else handle = { fd: this.#files.open(path, 'r+'), users: 0, dropped: false }
    this.#handles.set(path, handle)
    handle.users += 1
    try {
      return await work(await handle.fd)
    } catch (error) {
      this.#forgetIfUnopened(path, handle)
      throw error
    } finally {
      handle.users -= 1
      if (handle.dropped && handle.users === 0) await this.#close(handle)
      else if (this.#handles.size > this.#openMax) await this.#evict()
    }
  }

  /** Called when a file is removed or renamed: nobody gets this handle again. */
  async drop(path: string): Promise<void> {
    const handle = this.#handles.get(path)
    if (!handle) return
    this.#handles.delete(path)
    handle.dropped = true
    if (handle.users === 0) await this.#close(handle)
  }

  get openCount(): number {
    return this.#handles.size
  }

  async close(): Promise<void> {
    await Promise.all([...this.#handles.keys()].map((path) => this.drop(path)))
  }

  #forgetIfUnopened(path: string, handle: Handle): void {
    handle.fd.catch(() => {
      if (this.#handles.get(path) === handle) this.#handles.delete(path)
    })
  }

  async #evict(): Promise<void> {
    for (const [path, handle] of this.#handles) {
      if (this.#handles.size <= this.#openMax) return
      if (handle.users === 0) await this.drop(path)
    }
  }

  async #close(handle: Handle): Promise<void> {
    const fd = await handle.fd.catch(() => undefined)
    if (fd !== undefined) await this.#files.close(fd)
  }
}

import type { LogFiles } from './files.ts'

/** Where a path is opened for `writeSynced`: no path has a zero in it. */
const syncedMark = '\0synced'

interface Handle {
  readonly fd: Promise<number>
  users: number
  /** Its file was removed, or the pool is closing: close it when the last user has gone. */
  dropped: boolean
}

/**
 * Open files, at most `openMax` beside those in use at this moment. Reads and writes name their
 * own position, so one handle serves any number of readers and the writer of a segment.
 */
export class FileHandles {
  readonly #files: LogFiles
  readonly #openMax: number
  /** By path and how they were opened, in order of last use, the oldest first. */
  readonly #handles = new Map<string, Handle>()

  constructor(files: LogFiles, openMax: number) {
    this.#files = files
    this.#openMax = openMax
  }

  use<R>(path: string, work: (fd: number) => Promise<R>): Promise<R> {
    return this.#use(path, () => this.#files.open(path, 'r+'), work)
  }

  /** The same with a file that `writeSynced` may be given. */
  useSynced<R>(path: string, work: (fd: number) => Promise<R>): Promise<R> {
    return this.#use(path + syncedMark, () => this.#files.open(path, 'rs+'), work)
  }

  async #use<R>(
    name: string,
    open: () => Promise<number>,
    work: (fd: number) => Promise<R>,
  ): Promise<R> {
    let handle = this.#handles.get(name)
    if (handle) this.#handles.delete(name)
    else handle = { fd: open(), users: 0, dropped: false }
    this.#handles.set(name, handle)
    handle.users += 1
    try {
      return await work(await handle.fd)
    } catch (error) {
      this.#forgetIfUnopened(name, handle)
      throw error
    } finally {
      handle.users -= 1
      if (handle.dropped && handle.users === 0) await this.#close(handle)
      else if (this.#handles.size > this.#openMax) await this.#evict()
    }
  }

  /** Called when a file is removed or renamed: nobody gets this handle again. */
  async drop(path: string): Promise<void> {
    await this.#drop(path + syncedMark)
    await this.#drop(path)
  }

  /** The segment is sealed: it is not written to any more. */
  async dropSynced(path: string): Promise<void> {
    await this.#drop(path + syncedMark)
  }

  async #drop(name: string): Promise<void> {
    const handle = this.#handles.get(name)
    if (!handle) return
    this.#handles.delete(name)
    handle.dropped = true
    if (handle.users === 0) await this.#close(handle)
  }

  get openCount(): number {
    return this.#handles.size
  }

  async close(): Promise<void> {
    await Promise.all([...this.#handles.keys()].map((name) => this.#drop(name)))
  }

  #forgetIfUnopened(name: string, handle: Handle): void {
    handle.fd.catch(() => {
      if (this.#handles.get(name) === handle) this.#handles.delete(name)
    })
  }

  async #evict(): Promise<void> {
    for (const [name, handle] of this.#handles) {
      if (this.#handles.size <= this.#openMax) return
      if (handle.users === 0) await this.#drop(name)
    }
  }

  async #close(handle: Handle): Promise<void> {
    const fd = await handle.fd.catch(() => undefined)
    if (fd !== undefined) await this.#files.close(fd)
  }
}

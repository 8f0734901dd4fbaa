import type { LogFiles, OpenFlags } from './files.ts'

/** A file, told from others that are or were under its path. */
export interface LogFile {
  readonly path: string
  /** It was freed, or its log deleted: what is found under its path is another's. */
  isGone?: boolean
}

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
  /** By what is open, in order of last use, the oldest first: a file, or what stands for one that is opened for `writeSynced`. */
  readonly #handles = new Map<object, Handle>()
  readonly #syncedOf = new WeakMap<LogFile, object>()

  constructor(files: LogFiles, openMax: number) {
    this.#files = files
    this.#openMax = openMax
  }

  /** Error: whoever asks for a file that is gone and not open is told so; another may have its path. */
  use<R>(file: LogFile, work: (fd: number) => Promise<R>): Promise<R> {
    return this.#use(file, () => this.#open(file, 'r+'), work)
  }

  /** The same with a file that `writeSynced` may be given. */
  useSynced<R>(file: LogFile, work: (fd: number) => Promise<R>): Promise<R> {
    return this.#use(this.#synced(file), () => this.#open(file, 'rs+'), work)
  }

  #synced(file: LogFile): object {
    const known = this.#syncedOf.get(file)
    if (known) return known
    const made = {}
    this.#syncedOf.set(file, made)
    return made
  }

  async #open({ path, isGone }: LogFile, flags: OpenFlags): Promise<number> {
    if (isGone) throw new Error(`the file ${path} is gone`)
    return this.#files.open(path, flags)
  }

  async #use<R>(
    key: object,
    open: () => Promise<number>,
    work: (fd: number) => Promise<R>,
  ): Promise<R> {
    let handle = this.#handles.get(key)
    if (handle) this.#handles.delete(key)
    else handle = { fd: open(), users: 0, dropped: false }
    this.#handles.set(key, handle)
    handle.users += 1
    try {
      return await work(await handle.fd)
    } catch (error) {
      this.#forgetIfUnopened(key, handle)
      throw error
    } finally {
      handle.users -= 1
      if (handle.dropped && handle.users === 0) await this.#close(handle)
      else if (this.#handles.size > this.#openMax) await this.#evict()
    }
  }

  /** The file is gone: nobody gets its handles again. */
  async drop(file: LogFile): Promise<void> {
    await this.dropSynced(file)
    await this.#drop(file)
  }

  /** The segment is sealed: it is not written to any more. */
  async dropSynced(file: LogFile): Promise<void> {
    const key = this.#syncedOf.get(file)
    if (key) await this.#drop(key)
  }

  async #drop(key: object): Promise<void> {
    const handle = this.#handles.get(key)
    if (!handle) return
    this.#handles.delete(key)
    handle.dropped = true
    if (handle.users === 0) await this.#close(handle)
  }

  get openCount(): number {
    return this.#handles.size
  }

  async close(): Promise<void> {
    await Promise.all([...this.#handles.keys()].map((key) => this.#drop(key)))
  }

  #forgetIfUnopened(key: object, handle: Handle): void {
    handle.fd.catch(() => {
      if (this.#handles.get(key) === handle) this.#handles.delete(key)
    })
  }

  async #evict(): Promise<void> {
    for (const [key, handle] of this.#handles) {
      if (this.#handles.size <= this.#openMax) return
      if (handle.users === 0) await this.#drop(key)
    }
  }

  async #close(handle: Handle): Promise<void> {
    const fd = await handle.fd.catch(() => undefined)
    if (fd !== undefined) await this.#files.close(fd)
  }
}

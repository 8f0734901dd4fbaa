import { fstatSync } from 'node:fs'
import { diskFiles, type LogFiles } from './files.ts'

/** Files of which one read waits until it is let go. */
export class HeldFiles {
  readonly files: LogFiles
  /** Called when a log's folder is about to go from its path. */
  beforeGoing = async () => {}
  /** Called when a file is about to be removed. */
  beforeRemoving: (path: string) => Promise<void> = async () => {}
  /** What was opened of this path, or could not be, is told when it is let go. */
  heldPath: string | undefined
  readonly isHeld: Promise<void>
  readonly isOpenHeld: Promise<void>
  readonly #asked = Promise.withResolvers<void>()
  readonly #held = Promise.withResolvers<void>()
  readonly #mayGo = Promise.withResolvers<void>()
  readonly #mayRead = Promise.withResolvers<void>()
  #isHolding = false
  readonly #open = new Map<number, string>()

  constructor() {
    this.isHeld = this.#held.promise
    this.isOpenHeld = this.#asked.promise
    this.files = {
      ...diskFiles,
      open: async (path, flags) => {
        const [opened] = await Promise.allSettled([diskFiles.open(path, flags)])
        if (path === this.heldPath && flags === 'r+') {
          this.#asked.resolve()
          await this.#mayGo.promise
        }
        if (opened.status === 'rejected') throw opened.reason
        this.#open.set(opened.value, path)
        return opened.value
      },
      close: (fd) => {
        this.#open.delete(fd)
        return diskFiles.close(fd)
      },
      read: async (...asked) => {
        await this.#hold()
        return diskFiles.read(...asked)
      },
      readPieces: async (...asked) => {
        await this.#hold()
        return diskFiles.readPieces(...asked)
      },
      remove: async (path) => {
        await this.beforeRemoving(path)
        await diskFiles.remove(path)
      },
      rename: async (from, to) => {
        if (to.includes('.deleted-')) await this.beforeGoing()
        await diskFiles.rename(from, to)
      },
    }
  }

  holdNextRead(): void {
    this.#isHolding = true
  }

  async #hold(): Promise<void> {
    if (!this.#isHolding) return
    this.#isHolding = false
    this.#held.resolve()
    await Promise.race([this.#mayGo.promise, this.#mayRead.promise])
  }

  /** The read alone. */
  letReadGo(): void {
    this.#mayRead.resolve()
  }

  go(): void {
    this.#mayGo.resolve()
  }

  /** Files that are open and in no folder: the disk cannot have their room back. */
  goneButOpen(): number {
    return [...this.#open.keys()].filter((fd) => fstatSync(fd).nlink === 0).length
  }
}

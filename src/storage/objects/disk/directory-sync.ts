import { open } from 'node:fs/promises'

/**
 * Makes the names in a folder durable. Callers that arrive while an fsync of the same folder is under way
 * share the next one.
 */
export class DirectorySync {
  readonly #folders = new Map<string, { running: Promise<void>; next?: Promise<void> }>()

  sync(folder: string): Promise<void> {
    const entry = this.#folders.get(folder)
    if (!entry) {
      const running = this.#run(folder)
      this.#folders.set(folder, { running })
      return running
    }
    entry.next ??= entry.running
      .catch(() => undefined)
      .then(() => {
        const running = this.#run(folder)
        this.#folders.set(folder, { running })
        return running
      })
    return entry.next
  }

  async #run(folder: string): Promise<void> {
    try {
      const handle = await open(folder, 'r')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
    } finally {
      // Whoever waits for `next` sets the entry anew; else the folder is at rest.
      if (!this.#folders.get(folder)?.next) this.#folders.delete(folder)
    }
  }
}

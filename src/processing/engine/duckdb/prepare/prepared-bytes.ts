import { statfsSync } from 'node:fs'

/** Of all that one task unpacks and decodes. */
const bytesMax = 64 * 1024 ** 3

/** What a task may still write while it prepares files: a small file may unpack to more than the disk holds. */
export class PreparedBytes {
  #left: number

  constructor(folder: string) {
    const { bavail, bsize } = statfsSync(folder)
    this.#left = Math.min(bytesMax, (bavail * bsize) / 2)
  }

  /** Throws an Error when these bytes are too many. */
  add(count: number): void {
    this.#left -= count
    if (this.#left < 0) throw new Error('it unpacks to more than the disk may hold')
  }
}

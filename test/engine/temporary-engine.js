import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { silentLogger } from '#kit'
import { createDuckdbEngine } from '#processing/engine'
/** An engine of one process that lives as long as the tests of this file or suite, and folders beside it. */
export class TemporaryEngine {
  #folder = ''
  #engine
  #folders = 0
  constructor() {
    before(async () => {
      this.#folder = await mkdtemp(join(tmpdir(), 'boathouse-engine-'))
      const folder = join(this.#folder, 'engine')
      this.#engine = createDuckdbEngine({ folder, processes: 1, log: silentLogger() })
    })
    after(async () => {
      await this.#engine?.close()
      await rm(this.#folder, { recursive: true })
    })
  }
  /** For files of a test. */
  get folder() {
    return this.#folder
  }
  async newFolder() {
    this.#folders += 1
    const folder = join(this.#folder, `own-${this.#folders}`)
    await mkdir(folder)
    return folder
  }
  get engine() {
    return this.#engine
  }
}
//# sourceMappingURL=temporary-engine.js.map

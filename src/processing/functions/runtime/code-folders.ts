import { createHash } from 'node:crypto'
import { chmod, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { randomHex } from '#kit'
import type { CodeStore } from '../code/code-store.ts'
import { unpackZip } from '../code/unpack.ts'

interface Kept {
  readonly folder: Promise<string>
  users: number
}

/** Unpacked code, one folder for all instances that run it; removed when the last of them ends. Nobody but the server can write in it. */
export class CodeFolders {
  readonly #root: string
  readonly #code: Pick<CodeStore, 'read'>
  readonly #kept = new Map<string, Kept>()

  constructor(root: string, code: Pick<CodeStore, 'read'>) {
    this.#root = root
    this.#code = code
  }

  /** The folder of one or more zips, the later over the earlier. Give it back with `release`. */
  async acquire(codeIds: readonly string[]): Promise<string> {
    const key = codeIds.join('+')
    let kept = this.#kept.get(key)
    if (!kept) {
      kept = { folder: this.#unpack(codeIds), users: 0 }
      this.#kept.set(key, kept)
    }
    kept.users += 1
    try {
      return await kept.folder
    } catch (error) {
      this.release(codeIds)
      throw error
    }
  }

  release(codeIds: readonly string[]): void {
    const key = codeIds.join('+')
    const kept = this.#kept.get(key)
    if (!kept) return
    kept.users -= 1
    if (kept.users > 0) return
    this.#kept.delete(key)
    void kept.folder
      .then((folder) => rm(folder, { recursive: true, force: true }))
      .catch(() => undefined)
  }

  async #unpack(codeIds: readonly string[]): Promise<string> {
    const name = createHash('sha256').update(codeIds.join('+')).update(randomHex(16)).digest('hex')
    const folder = join(this.#root, name.slice(0, 32))
    const partial = `${folder}.part`
    await mkdir(partial, { mode: 0o755 })
    try {
      for (const codeId of codeIds) {
        await unpackZip(await this.#code.read(codeId), partial, { replaces: codeIds.length > 1 })
      }
      await chmod(partial, 0o755)
      await rename(partial, folder)
    } catch (error) {
      await rm(partial, { recursive: true, force: true })
      throw error
    }
    return folder
  }
}

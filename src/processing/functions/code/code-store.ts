import { createHash } from 'node:crypto'
import { open, readFile, readdir, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { randomHex, type Clock } from '#kit'
import type { FunctionCode } from '../records.ts'
import { checkZip } from './unpack.ts'

/** The zip files of functions and layers: immutable, each with a name of its own that a row refers to. */
export interface CodeStore {
  /** Checks a zip and keeps it; durable when it resolves. Error: `InvalidFunctionParameter`. */
  put(zip: Uint8Array): Promise<FunctionCode>
  read(codeId: string): Promise<Buffer>
  /** Removes files that no row refers to, once they are old enough to be nobody's work under way. */
  sweep(isUsed: (codeId: string) => Promise<boolean>): Promise<void>
}

const strayMs = 3_600_000
const idForm = /^[0-9a-f]{32}$/

export function createCodeStore(folder: string, clock: Clock): CodeStore {
  const pathOf = (codeId: string) => join(folder, codeId)
  return {
    put: async (bytes) => {
      const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      await checkZip(zip)
      const codeId = randomHex(16)
      const partial = `${pathOf(codeId)}.part`
      const file = await open(partial, 'wx', 0o600)
      try {
        await file.writeFile(zip)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(partial, pathOf(codeId))
      await syncFolder(folder)
      const sha256 = createHash('sha256').update(zip).digest('base64')
      return { codeId, sha256, sizeBytes: zip.length }
    },
    read: (codeId) => readFile(pathOf(codeId)),
    sweep: async (isUsed) => {
      for (const name of await readdir(folder)) {
        const { mtimeMs } = await stat(join(folder, name))
        if (clock.now() - mtimeMs < strayMs) continue
        if (idForm.test(name) && (await isUsed(name))) continue
        await unlink(join(folder, name))
      }
    },
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

import { mkdir, readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { makeEphemeralFolder } from './ephemeral-folder.ts'
import {
  FolderErrors,
  holderFile,
  lockFile,
  takeLock,
  writeHolder,
  type Holder,
} from './folder-lock.ts'

/** The folder that holds everything of a server, locked for as long as this object lives. */
export interface DataFolder extends AsyncDisposable {
  readonly path: string
  readonly ephemeral: boolean
  /** A sub-folder, made when it is not there. */
  folder(name: string): Promise<string>
  announce(holder: Holder): Promise<void>
  /** Removes everything in the folder but the lock; for an ephemeral folder only. */
  empty(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens and locks a data folder. The lock is one that the operating system frees when the process
 * ends in whatever way: SQLite's own exclusive file lock, held on a small file of its own.
 * Errors: `FolderInUse`, `FolderUnusable`.
 */
export async function openDataFolder(
  path: string | 'ephemeral',
  self: Holder,
): Promise<DataFolder> {
  const ephemeral = path === 'ephemeral'
  const root = ephemeral ? await makeEphemeralFolder() : resolve(path)
  try {
    await mkdir(root, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw FolderErrors.FolderUnusable(`cannot make the data folder ${root}`, {}, error)
  }
  const lock = await takeLock(root)
  const announce = (holder: Holder) =>
    writeHolder(root, ephemeral ? { ...holder, ephemeral } : holder)
  await announce(self)
  const close = async () => {
    if (!lock.isOpen) return
    await rm(join(root, holderFile), { force: true })
    lock.close()
    if (ephemeral) await rm(root, { recursive: true, force: true })
  }
  return {
    path: root,
    ephemeral,
    folder: async (name) => {
      const folder = join(root, name)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      return folder
    },
    announce,
    empty: async () => {
      if (!ephemeral) throw FolderErrors.FolderUnusable('only an ephemeral folder can be emptied')
      for (const name of await readdir(root)) {
        if (name.startsWith(lockFile) || name === holderFile) continue
        await rm(join(root, name), { recursive: true, force: true })
      }
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** This process as a holder. */
export function thisProcess(nowMs: number): Holder {
  return { pid: process.pid, host: hostname(), startedAtMs: nowMs }
}

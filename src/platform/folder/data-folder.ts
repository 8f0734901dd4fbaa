import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { defineErrors } from '#kit'

export const FolderErrors = defineErrors('platform/folder', {
  FolderInUse: {
    kind: 'conflict',
    remedy: 'Stop the server that holds the data folder, or give this one another with --data-dir.',
  },
  FolderUnusable: {
    kind: 'invalid',
    remedy: 'Give --data-dir a folder that this user may write, on a disk with free space.',
  },
})

/** Who serves a data folder: written beside the lock for people and for the command line. */
export interface Holder {
  readonly pid: number
  readonly host: string
  readonly startedAtMs: number
  /** Where it answers; undefined until it listens. */
  readonly endpoint?: string
}

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

const lockFile = 'lock.db'
const holderFile = 'holder.json'

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
  const root = ephemeral ? await mkdtemp(join(tmpdir(), 'boathouse-')) : resolve(path)
  try {
    await mkdir(root, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw FolderErrors.FolderUnusable(`cannot make the data folder ${root}`, {}, error)
  }
  const lock = await takeLock(root)
  const announce = async (holder: Holder) => {
    const temporary = join(root, `${holderFile}.${holder.pid}`)
    await writeFile(temporary, `${JSON.stringify(holder)}\n`, { mode: 0o600 })
    await rename(temporary, join(root, holderFile))
  }
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

async function takeLock(root: string): Promise<DatabaseSync> {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(root, lockFile))
    lock.exec('PRAGMA locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
    lock.exec('CREATE TABLE IF NOT EXISTS held (one INTEGER)')
    lock.exec('COMMIT')
    return lock
  } catch (error) {
    if (lock?.isOpen) lock.close()
    const busy = (error as { errcode?: number }).errcode === 5
    if (!busy) throw FolderErrors.FolderUnusable(`cannot use the data folder ${root}`, {}, error)
    const holder = await readHolder(root)
    const who = holder
      ? `process ${holder.pid} on ${holder.host}, since ${new Date(holder.startedAtMs).toISOString()}${holder.endpoint ? `, at ${holder.endpoint}` : ''}`
      : 'another process'
    throw FolderErrors.FolderInUse(`the data folder ${root} is in use by ${who}`, { ...holder })
  }
}

/** Who says to hold a folder, whether or not he still runs; undefined when nobody does. */
export async function readHolder(path: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(join(resolve(path), holderFile), 'utf8')) as Holder
  } catch {
    return undefined
  }
}

/** This process as a holder. */
export function thisProcess(nowMs: number): Holder {
  return { pid: process.pid, host: hostname(), startedAtMs: nowMs }
}

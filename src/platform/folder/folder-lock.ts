import { readFile, rename, writeFile } from 'node:fs/promises'
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
  /** True when the folder is of no use without its server. */
  readonly ephemeral?: boolean
}

export const lockFile = 'lock.db'
export const holderFile = 'holder.json'

/**
 * Takes the lock of a folder: SQLite's own exclusive file lock, held on a small file of its own, which the operating system frees when
 * the process ends in whatever way. Errors: `FolderInUse`, `FolderUnusable`.
 */
export async function takeLock(root: string): Promise<DatabaseSync> {
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

/** Writes who holds a folder. */
export async function writeHolder(root: string, holder: Holder): Promise<void> {
  const temporary = join(root, `${holderFile}.${holder.pid}`)
  await writeFile(temporary, `${JSON.stringify(holder)}\n`, { mode: 0o600 })
  await rename(temporary, join(root, holderFile))
}

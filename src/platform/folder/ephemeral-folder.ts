import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { readHolder, takeLock } from './folder-lock.ts'

const namePrefix = 'boathouse-ephemeral-'

/** Makes a temporary data folder, and removes those whose server was killed. */
export async function makeEphemeralFolder(parent = tmpdir()): Promise<string> {
  for (const name of await readdir(parent)) {
    if (name.startsWith(namePrefix)) await removeLeft(join(parent, name))
  }
  return mkdtemp(join(parent, namePrefix))
}

/** A server says that it holds its folder after it has the lock, and no longer before it lets go: what has no holder is left alone. */
async function removeLeft(root: string): Promise<void> {
  // A folder of temporary files is everybody's: what another user has made, or a link that leads elsewhere, is not touched.
  const found = await lstat(root).catch(() => undefined)
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return
  const holder = await readHolder(root)
  if (!holder?.ephemeral || holder.host !== hostname()) return
  try {
    const lock = await takeLock(root)
    lock.close()
  } catch {
    // It is in use, or another start has just removed it.
    return
  }
  await rm(root, { recursive: true, force: true }).catch(() => undefined)
}

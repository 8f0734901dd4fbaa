import type { FileHandle } from 'node:fs/promises'

/**
 * Writes all of the pieces one after another, from `position` on; without one, where the file stands. A call to the system may take less
 * than it is given. Throws where nothing is taken and nothing said.
 */
export async function writeFully(
  file: FileHandle,
  pieces: readonly Uint8Array[],
  position?: number,
): Promise<void> {
  const total = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
  if (total === 0) return
  const { bytesWritten } = await file.writev(pieces as Uint8Array[], position)
  if (bytesWritten === total) return
  const all = Buffer.concat(pieces)
  for (let at = bytesWritten; at < total;) {
    const to = position === undefined ? null : position + at
    const { bytesWritten: count } = await file.write(all, at, total - at, to)
    // A file system that does so would be asked for ever.
    if (count === 0) throw new Error('nothing could be written')
    at += count
  }
}

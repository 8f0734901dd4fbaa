import { open, readFile, rename, type FileHandle } from 'node:fs/promises'
import type { OpenFile } from './open-files.ts'
import {
  deadEntryBytes,
  entryBytes,
  findRecordHeader,
  readDead,
  readIndex,
  readRecordHeader,
  readTrailer,
  recordHeaderBytes,
  trailerBytes,
  writeIndex,
  type PackEntry,
} from './pack-format.ts'
import { readBytes } from './read-bytes.ts'

/** The index of a pack that is full; undefined when it has none, or a damaged one. */
export async function indexOf(
  file: Pick<OpenFile, 'fd' | 'sizeBytes'>,
): Promise<PackEntry[] | undefined> {
  if (file.sizeBytes < trailerBytes) return undefined
  const count = readTrailer(await readBytes(file.fd, file.sizeBytes - trailerBytes, trailerBytes))
  if (count === undefined) return undefined
  const length = count * entryBytes + trailerBytes
  if (length > file.sizeBytes) return undefined
  return readIndex(await readBytes(file.fd, file.sizeBytes - length, length))
}

/**
 * The records of a pack that was never compacted, found by walking it. Where a header is damaged the walk goes on at the next
 * that is right. `end` is behind the last record: what follows is the torn rest of a write that was never acknowledged.
 */
export function walkRecords(
  bytes: Buffer,
  pack: string,
): { readonly entries: PackEntry[]; readonly end: number } {
  const entries: PackEntry[] = []
  let end = 0
  for (let at = 0; at >= 0 && at + recordHeaderBytes <= bytes.length;) {
    const entry = readRecordHeader(bytes, at, pack)
    const next = entry ? at + recordHeaderBytes + entry.sizeBytes : 0
    if (!entry || next > bytes.length) {
      at = findRecordHeader(bytes, at + 1)
      continue
    }
    entries.push(entry)
    at = next
    end = next
  }
  return { entries, end }
}

/** Finishes a pack that a former run was writing: its torn end goes, and it gets its index. False when nothing is in it. */
export async function finishPack(tail: string, finished: string, pack: string): Promise<boolean> {
  const { entries, end } = walkRecords(await readFile(tail), pack)
  if (entries.length === 0) return false
  const file = await open(tail, 'r+')
  try {
    await file.truncate(end)
    await sealPack(file, end, entries)
  } finally {
    await file.close()
  }
  await rename(tail, finished)
  return true
}

/** Writes the index behind the records, durably. */
export async function sealPack(
  file: FileHandle,
  position: number,
  entries: readonly PackEntry[],
): Promise<void> {
  await writeFully(file, [writeIndex(entries)], position)
  await file.sync()
}

/** `writev` until everything is written. */
export async function writeFully(
  file: FileHandle,
  buffers: readonly Buffer[],
  position: number,
): Promise<void> {
  const total = buffers.reduce((sum, bytes) => sum + bytes.length, 0)
  const { bytesWritten } = await file.writev([...buffers], position)
  if (bytesWritten === total) return
  const rest = Buffer.concat(buffers).subarray(bytesWritten)
  for (let at = 0; at < rest.length;) {
    const written = await file.write(rest, at, rest.length - at, position + bytesWritten + at)
    at += written.bytesWritten
  }
}

/** What is known to be gone from a pack; nothing when there is no list. */
export async function deadOf(path: string): Promise<Map<number, number>> {
  return readDead(await readFile(path).catch(ifMissing))
}

/** Adds to the list of what is gone, durably. A torn end of a former write is cut off first. */
export async function appendDead(path: string, entries: readonly Buffer[]): Promise<void> {
  const file = await open(path, 'a')
  try {
    const { size } = await file.stat()
    if (size % deadEntryBytes > 0) await file.truncate(size - (size % deadEntryBytes))
    await file.appendFile(Buffer.concat(entries))
    await file.datasync()
  } finally {
    await file.close()
  }
}

function ifMissing(error: NodeJS.ErrnoException): Buffer {
  if (error.code === 'ENOENT') return Buffer.alloc(0)
  throw error
}

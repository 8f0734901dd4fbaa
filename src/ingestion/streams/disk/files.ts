import fs from 'node:fs'
import { mkdir, readdir, rename, rm, stat, unlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import { isLakeError, type LakeError } from '#kit'
import { StreamErrors } from '../errors.ts'
import { readPieces, type PiecesRead } from './read-threads.ts'

/** `rs+`: as `r+`, for `writeSynced`. */
export type OpenFlags = 'r' | 'r+' | 'rs+' | 'wx+'

/**
 * The calls into the operating system that the log makes: all of them asynchronous, so that a slow
 * disk never stops the event loop. A seam, so that tests can fill the disk at any byte.
 */
export interface LogFiles {
  open(path: string, flags: OpenFlags): Promise<number>
  close(fd: number): Promise<void>
  sizeBytes(fd: number): Promise<number>
  sizeBytesOf(path: string): Promise<number>
  /** Fills `buffer` from `position`, and returns how much there was. */
  read(fd: number, buffer: Uint8Array, position: number): Promise<number>
  /** Pieces of files at once: see `readPieces` in read-threads.ts. */
  readPieces(
    pieces: Float64Array,
    sizeBytes: number,
    allocate: (sizeBytes: number) => Buffer,
  ): Promise<PiecesRead>
  /** Writes everything or throws. */
  write(fd: number, buffers: readonly Uint8Array[], position: number): Promise<void>
  /** The same into a file that was opened with `rs+`: all of it, with the metadata needed to read it, is on stable storage. */
  writeSynced(fd: number, buffers: readonly Uint8Array[], position: number): Promise<void>
  /** The contents, and the metadata needed to read them, are on stable storage. */
  sync(fd: number): Promise<void>
  truncate(fd: number, sizeBytes: number): Promise<void>
  /** The names in a folder are on stable storage. */
  syncFolder(path: string): Promise<void>
  makeFolder(path: string): Promise<void>
  list(path: string): Promise<readonly string[]>
  rename(from: string, to: string): Promise<void>
  /** No error when it is not there. */
  remove(path: string): Promise<void>
  removeTree(path: string): Promise<void>
}

const open = promisify(fs.open)
const close = promisify(fs.close)
const fstat = promisify(fs.fstat)
const fsync = promisify(fs.fsync)
const fdatasync = promisify(fs.fdatasync)
const ftruncate = promisify(fs.ftruncate)

const readSome = (fd: number, buffer: Uint8Array, offset: number, position: number) =>
  new Promise<number>((resolve, reject) => {
    fs.read(fd, buffer, offset, buffer.byteLength - offset, position, (error, count) =>
      error ? reject(error) : resolve(count),
    )
  })

const writeSome = (fd: number, buffers: readonly Uint8Array[], position: number) =>
  new Promise<number>((resolve, reject) => {
    fs.writev(fd, buffers, position, (error, count) => (error ? reject(error) : resolve(count)))
  })

/** What is left of `buffers` after `count` bytes of them were written. */
function rest(buffers: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let skip = count
  let index = 0
  while (index < buffers.length && skip >= buffers[index]!.byteLength) {
    skip -= buffers[index]!.byteLength
    index += 1
  }
  const left = buffers.slice(index)
  if (left.length > 0 && skip > 0) left[0] = left[0]!.subarray(skip)
  return left
}

/**
 * With one call no more than this. For more Linux takes pages of 2 MiB for the file, if the file system has large ones, which
 * cost five times as much to find and fill as those of smaller calls.
 */
export const writeBytesMax = 1024 * 1024

async function writeAll(fd: number, buffers: readonly Uint8Array[], position: number) {
  let left = buffers
  let at = position
  while (left.length > 0) {
    const count = await writeSome(fd, firstOf(left), at)
    at += count
    const after = rest(left, count)
    // A file system that takes nothing and says nothing would be asked for ever.
    if (count === 0 && after.length === left.length) throw new Error('nothing could be written')
    left = after
  }
}

/** As much from the beginning of `buffers` as one call is to write. */
function firstOf(buffers: readonly Uint8Array[]): readonly Uint8Array[] {
  let sizeBytes = 0
  for (const [index, { byteLength }] of buffers.entries()) {
    sizeBytes += byteLength
    if (sizeBytes <= writeBytesMax) continue
    const last = byteLength - (sizeBytes - writeBytesMax)
    return [...buffers.slice(0, index), buffers[index]!.subarray(0, last)]
  }
  return buffers
}

/**
 * Where the system syncs within the call that writes, a group needs one turn of another thread and not two: waking threads is a
 * good part of what a small group costs. Elsewhere that call may leave bytes in the disk's own memory.
 */
const syncsWhenWriting = process.platform === 'linux'
const readWriteSynced = fs.constants.O_RDWR | (syncsWhenWriting ? fs.constants.O_DSYNC : 0)

export const diskFiles: LogFiles = {
  open: (path, flags) => open(path, flags === 'rs+' ? readWriteSynced : flags, 0o600),
  close: (fd) => close(fd),
  sizeBytes: async (fd) => (await fstat(fd)).size,
  sizeBytesOf: async (path) => (await stat(path)).size,
  async read(fd, buffer, position) {
    let filled = 0
    while (filled < buffer.byteLength) {
      const count = await readSome(fd, buffer, filled, position + filled)
      if (count === 0) break
      filled += count
    }
    return filled
  },
  readPieces,
  write: writeAll,
  async writeSynced(fd, buffers, position) {
    await writeAll(fd, buffers, position)
    if (!syncsWhenWriting) await fdatasync(fd)
  },
  sync: (fd) => fdatasync(fd),
  truncate: (fd, sizeBytes) => ftruncate(fd, sizeBytes),
  async syncFolder(path) {
    const fd = await open(path, 'r')
    try {
      await fsync(fd)
    } finally {
      await close(fd)
    }
  },
  makeFolder: async (path) => void (await mkdir(path, { recursive: true, mode: 0o700 })),
  list: (path) => readdir(path),
  rename: (from, to) => rename(from, to),
  async remove(path) {
    await unlink(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  },
  removeTree: (path) => rm(path, { recursive: true, force: true }),
}

/** An error of the operating system in the domain's terms; one of ours passes unchanged. */
export function diskError(error: unknown, path: string): LakeError {
  if (isLakeError(error)) return error
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return StreamErrors.DiskFull('the disk that holds the streams is full', { path }, error)
  }
  return StreamErrors.LogFailed(`the log could not be used: ${String(error)}`, { path }, error)
}

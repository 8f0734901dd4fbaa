import { BufferPool } from '#kit'
import type { FileHandles } from './handles.ts'
import type { LogParts } from './log-state.ts'
import { numbersOfPiece } from './read-messages.ts'
import { corrupted } from './scan.ts'
import type { PieceLot } from './shard-pieces.ts'
import { batchIsWhole, readBatchHeader, type BatchHeader } from './segment-format.ts'

/** Smaller ones share memory with others, and so cannot go to another thread. */
const ownBytesMin = 48 * 1024

/** For what is read into memory that is shared. */
const scratch = new BufferPool(1024 * 1024)

/** Makes room for so many bytes: memory of its own, and no part of another, from 48 KiB on. */
export type Allocate = (sizeBytes: number) => Buffer

/** Given each of a shard's batches in order, found whole. Return false to stop. */
export type VisitBatch = (batch: BatchHeader, buffer: Buffer, start: number) => boolean

/** What the pieces hold, one behind the other. */
export async function readLot(lot: PieceLot, parts: LogParts, allocate: Allocate): Promise<Buffer> {
  const { sizeBytes } = lot
  if (lot.count === 1) return readOne(lot, parts, allocate(sizeBytes))
  if (sizeBytes >= ownBytesMin) return readSeveral(lot, parts, allocate)
  const read = await readSeveral(lot, parts, () => scratch.take(ownBytesMin).subarray(0, sizeBytes))
  const copy = allocate(sizeBytes)
  read.copy(copy, 0, 0, sizeBytes)
  scratch.give(read)
  return copy
}

async function readOne(
  lot: PieceLot,
  { handles, files }: LogParts,
  buffer: Buffer,
): Promise<Buffer> {
  const { path } = lot.segments[0]!
  const start = lot.startOf(0)
  const count = await handles.use(path, (fd) => files.read(fd, buffer, start))
  if (count < buffer.byteLength) throw corrupted(path, start + count)
  return buffer
}

async function readSeveral(
  lot: PieceLot,
  { handles, files }: LogParts,
  allocate: Allocate,
): Promise<Buffer> {
  const paths = lot.segments.map(({ path }) => path)
  return withHandles(handles, paths, [], async (fds) => {
    const pieces = new Float64Array(lot.count * numbersOfPiece)
    for (let piece = 0; piece < lot.count; piece += 1) {
      const at = piece * numbersOfPiece
      const start = lot.startOf(piece)
      pieces[at] = fds[lot.sourceOf(piece)]!
      pieces[at + 1] = start
      pieces[at + 2] = lot.endOf(piece) - start
    }
    const { buffer, filledBytes } = await files.readPieces(pieces, lot.sizeBytes, allocate)
    if (filledBytes < lot.sizeBytes) throw endOfFile(lot, filledBytes)
    return buffer
  })
}

function withHandles<R>(
  handles: FileHandles,
  paths: readonly string[],
  fds: readonly number[],
  work: (fds: readonly number[]) => Promise<R>,
): Promise<R> {
  return handles.use(paths[fds.length]!, (fd) => {
    const open = [...fds, fd]
    return open.length < paths.length ? withHandles(handles, paths, open, work) : work(open)
  })
}

function endOfFile(lot: PieceLot, filledBytes: number): Error {
  let left = filledBytes
  for (let piece = 0; ; piece += 1) {
    const sizeBytes = lot.endOf(piece) - lot.startOf(piece)
    if (left < sizeBytes) {
      return corrupted(lot.segments[lot.sourceOf(piece)]!.path, lot.startOf(piece) + left)
    }
    left -= sizeBytes
  }
}

/** Visits the batches that one shard has in what was read; those of others in between are passed over. False when it was stopped. */
export function visitLot(lot: PieceLot, buffer: Buffer, shard: number, visit: VisitBatch): boolean {
  let at = 0
  for (let piece = 0; piece < lot.count; piece += 1) {
    const source = lot.sourceOf(piece)
    const salt = lot.salts[source]!
    const start = lot.startOf(piece)
    const before = start - at
    const end = at + lot.endOf(piece) - start
    while (at < end) {
      const batch = readBatchHeader(buffer, at)
      if (!batch || at + batch.sizeBytes > end) {
        throw corrupted(lot.segments[source]!.path, before + at)
      }
      if (batch.shard === shard) {
        if (!batchIsWhole(buffer, at, batch, salt)) {
          throw corrupted(lot.segments[source]!.path, before + at)
        }
        if (batch.count > 0 && !visit(batch, buffer, at)) return false
      }
      at += batch.sizeBytes
    }
  }
  return true
}

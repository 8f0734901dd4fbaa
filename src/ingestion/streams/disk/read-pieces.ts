import { BufferPool } from '#kit'
import type { FileHandles } from './handles.ts'
import type { LogParts } from './log-state.ts'
import { numbersOfPiece } from './read-messages.ts'
import { corrupted } from './scan.ts'
import type { Segment } from './segment.ts'
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
  const segment = lot.segments[0]!
  const start = lot.startOf(0)
  const count = await handles.use(segment, (fd) => files.read(fd, buffer, start))
  if (count < buffer.byteLength) throw corrupted(segment.path, start + count)
  return buffer
}

async function readSeveral(
  lot: PieceLot,
  { handles, files }: LogParts,
  allocate: Allocate,
): Promise<Buffer> {
  return withHandles(handles, lot.segments, [], async (fds) => {
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
  segments: readonly Segment[],
  fds: readonly number[],
  work: (fds: readonly number[]) => Promise<R>,
): Promise<R> {
  return handles.use(segments[fds.length]!, (fd) => {
    const open = [...fds, fd]
    return open.length < segments.length ? withHandles(handles, segments, open, work) : work(open)
  })
}

function endOfFile(lot: PieceLot, filledBytes: number): Error {
  let left = filledBytes
  for (let piece = 0; ; piece += 1) {
    const sizeBytes = lot.endOf(piece) - lot.startOf(piece)
    if (left < sizeBytes) {
      return damaged(lot, piece, lot.startOf(piece) + left)
    }
    left -= sizeBytes
  }
}

/** Visits the batches that one shard has in what was read; those of others in between are passed over. False when it was stopped. */
export function visitLot(lot: PieceLot, buffer: Buffer, shard: number, visit: VisitBatch): boolean {
  return findBatches(lot, buffer, (found) => {
    const { batch, start } = found
    if (batch.shard !== shard) return true
    checkWhole(lot, buffer, found)
    return batch.count === 0 || visit(batch, buffer, start)
  })
}

/** A batch in what was read. */
export interface FoundBatch {
  readonly batch: BatchHeader
  readonly start: number
  readonly piece: number
  /** Where it begins in the file, less `start`. */
  readonly before: number
}

/** Finds the batches of all shards, of which none is known to be whole. Return false to stop: then it is false. */
export function findBatches(
  lot: PieceLot,
  buffer: Buffer,
  see: (found: FoundBatch) => boolean,
): boolean {
  let at = 0
  for (let piece = 0; piece < lot.count; piece += 1) {
    const start = lot.startOf(piece)
    const before = start - at
    const end = at + lot.endOf(piece) - start
    while (at < end) {
      const batch = readBatchHeader(buffer, at)
      if (!batch || at + batch.sizeBytes > end) throw damaged(lot, piece, before + at)
      if (!see({ batch, start: at, piece, before })) return false
      at += batch.sizeBytes
    }
  }
  return true
}

/** Error: `LogCorrupted`. */
export function checkWhole(lot: PieceLot, buffer: Buffer, found: FoundBatch): void {
  const { batch, start, piece, before } = found
  const salt = lot.salts[lot.sourceOf(piece)]!
  if (!batchIsWhole(buffer, start, batch, salt)) throw damaged(lot, piece, before + start)
}

function damaged(lot: PieceLot, piece: number, offset: number): Error {
  return corrupted(lot.segments[lot.sourceOf(piece)]!.path, offset)
}

import { uncompressLz4Block } from './lz4.ts'
import type { Unpacker } from './unpacker.ts'

export const lz4FrameMagic = 0x184d2204
const blockBytesMax = 4 * 1024 * 1024

/** https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md, frames one after another. Checksums of blocks are not compared. */
export const unpackLz4Frames: Unpacker = function* (source) {
  let at = 0
  const take = (count: number): Buffer => {
    const bytes = source.read(at, count)
    at += count
    return bytes
  }
  while (at < source.sizeBytes) {
    const magic = take(4).readUInt32LE()
    if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) {
      take(take(4).readUInt32LE())
      continue
    }
    if (magic !== lz4FrameMagic) throw new Error('it is not an LZ4 frame')
    const flags = take(2)[0]!
    if (flags >> 6 !== 1) throw new Error('it is an LZ4 frame of another version')
    if ((flags & 0x01) !== 0) throw new Error('LZ4 frames with a dictionary are not supported')
    take(((flags & 0x08) === 0 ? 0 : 8) + 1)
    const isLinked = (flags & 0x20) === 0
    let window = Buffer.alloc(0)
    for (;;) {
      const head = take(4).readUInt32LE()
      if (head === 0) break
      const size = head & 0x7fffffff
      if (size > blockBytesMax + 65_536) throw new Error('an LZ4 block is larger than it may be')
      const packed = take(size)
      if ((flags & 0x10) !== 0) take(4)
      const plain = head >>> 31 === 1 ? packed : unpackBlock(packed, isLinked ? window : undefined)
      if (isLinked) window = Buffer.from(Buffer.concat([window, plain]).subarray(-65_536))
      yield plain
    }
    if ((flags & 0x04) !== 0) take(4)
  }
}

/** A linked block may copy from what stands before it: it is unpacked behind those bytes, given as literals. */
function unpackBlock(packed: Buffer, window: Buffer | undefined): Buffer {
  if (!window || window.length === 0) return uncompressLz4Block(packed, blockBytesMax)
  return uncompressLz4Block(packed, blockBytesMax + window.length, window)
}

import type { Unpacker } from './unpacker.ts'

/** Hadoop's writers make blocks of 256 KiB; others have been seen with some megabytes. */
const blockBytesMax = 64 * 1024 * 1024

/**
 * Hadoop's framing of a block format (BlockCompressorStream): the unpacked size of a block as 32 bits, big-endian, then
 * chunks, each with its packed size before it, until the block is full.
 */
export function hadoopBlocks(
  uncompress: (bytes: Buffer, sizeBytesMax: number) => Buffer,
): Unpacker {
  return function* (source) {
    let at = 0
    const size = (): number => {
      const value = source.read(at, 4).readUInt32BE()
      at += 4
      if (value > blockBytesMax) throw new Error('a block is larger than it may be')
      return value
    }
    while (at < source.sizeBytes) {
      let left = size()
      while (left > 0) {
        const packed = size()
        const plain = uncompress(source.read(at, packed), left)
        if (plain.length === 0) throw new Error('a block is cut off')
        at += packed
        left -= plain.length
        yield plain
      }
    }
  }
}

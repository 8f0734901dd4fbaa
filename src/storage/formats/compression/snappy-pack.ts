import { maskedCrc, snappyFrameMagic } from './snappy-frames.ts'
import { compressSnappy } from './snappy-compress.ts'

const frameBytes = 65_536
/** As `BlockCompressorStream` of Hadoop has it by default. */
const hadoopBlockBytes = 256 * 1024

/**
 * Snappy's own framing: chunks of 64 KiB, each with its checksum; one that would not get smaller stays as it is.
 * https://github.com/google/snappy/blob/main/framing_format.txt
 */
export async function* packSnappyFrames(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield snappyFrameMagic
  for await (const plain of blocksOf(bytes, frameBytes)) {
    const packed = compressSnappy(plain)
    const isSmaller = packed.length < plain.length - plain.length / 8
    const body = isSmaller ? packed : plain
    const head = Buffer.alloc(8)
    head.writeUInt8(isSmaller ? 0 : 1, 0)
    head.writeUIntLE(body.length + 4, 1, 3)
    head.writeUInt32LE(maskedCrc(plain), 4)
    yield head
    yield body
  }
}

/** Hadoop's framing: blocks of one chunk each, with the plain and the packed size before it, big-endian. */
export async function* packHadoopSnappy(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for await (const plain of blocksOf(bytes, hadoopBlockBytes)) {
    const packed = compressSnappy(plain)
    const head = Buffer.alloc(8)
    head.writeUInt32BE(plain.length, 0)
    head.writeUInt32BE(packed.length, 4)
    yield head
    yield packed
  }
}

/** The same bytes in pieces of one size, but for the last. */
async function* blocksOf(
  bytes: AsyncIterable<Uint8Array>,
  sizeBytes: number,
): AsyncGenerator<Buffer> {
  let block = Buffer.allocUnsafe(sizeBytes)
  let used = 0
  for await (const piece of bytes) {
    for (let at = 0; at < piece.byteLength;) {
      const count = Math.min(sizeBytes - used, piece.byteLength - at)
      block.set(piece.subarray(at, at + count), used)
      used += count
      at += count
      if (used < sizeBytes) continue
      yield block
      block = Buffer.allocUnsafe(sizeBytes)
      used = 0
    }
  }
  if (used > 0) yield block.subarray(0, used)
}

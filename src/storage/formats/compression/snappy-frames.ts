import { uncompressSnappy } from './snappy.ts'
import type { Unpacker } from './unpacker.ts'

export const snappyFrameMagic = Buffer.from('\u00ff\u0006\u0000\u0000sNaPpY', 'latin1')
const chunkBytesMax = 65_536

/** https://github.com/google/snappy/blob/main/framing_format.txt */
export const unpackSnappyFrames: Unpacker = function* (source) {
  let at = 0
  while (at < source.sizeBytes) {
    const head = source.read(at, 4)
    const length = head.readUIntLE(1, 3)
    const body = source.read(at + 4, length)
    at += 4 + length
    const kind = head[0]!
    if (kind === 0xff) {
      if (!body.equals(snappyFrameMagic.subarray(4))) throw new Error('it is no Snappy stream')
    } else if (kind <= 1) {
      const plain =
        kind === 1 ? body.subarray(4) : uncompressSnappy(body.subarray(4), chunkBytesMax)
      if (maskedCrc(plain) !== body.readUInt32LE()) throw new Error('its bytes are damaged')
      yield plain
    } else if (kind < 0x80) {
      throw new Error(`it has a chunk of the unknown kind ${kind}`)
    }
  }
}

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1
  return value
})

/** CRC-32C, turned and offset as the format wants it. */
export function maskedCrc(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ table[(crc ^ byte) & 0xff]!
  crc = ~crc >>> 0
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}

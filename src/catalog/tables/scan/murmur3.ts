/** The 32-bit variant of MurmurHash3, x86, seed 0: https://iceberg.apache.org/spec/#appendix-b-32-bit-hash-requirements */
export function murmur3(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { length } = bytes
  let hash = 0
  let at = 0
  for (; at + 4 <= length; at += 4) {
    hash = Math.imul(rotate(hash ^ scramble(view.getUint32(at, true)), 13), 5) + 0xe6546b64
  }
  let tail = 0
  for (let left = length - at - 1; left >= 0; left--) tail = (tail << 8) | bytes[at + left]!
  hash ^= scramble(tail) ^ length
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) | 0
}

function scramble(word: number): number {
  return Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593)
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by))
}

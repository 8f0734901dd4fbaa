import { createHash } from 'node:crypto'

/** A 128-bit number as four words, the highest first. */
export type HashKey = Uint32Array

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const
/** Per step: the constant of RFC 1321, which word of the block it adds, and how far it rotates. */
const constants = new Int32Array(64)
const words = new Uint8Array(64)
const rotations = new Uint8Array(64)
for (let step = 0; step < 64; step += 1) {
  const round = step >> 4
  constants[step] = Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32)
  words[step] =
    (round === 0 ? step : round === 1 ? 5 * step + 1 : round === 2 ? 3 * step + 5 : 7 * step) & 15
  rotations[step] = shifts[round * 4 + (step & 3)]!
}

/** One block holds the text, a bit, and its length. */
export const oneBlockBytes = 55
const block = new Int32Array(16)
const blockBytes = new Uint8Array(block.buffer)

/**
 * Puts the MD5 of the bytes from `start` to `end` into `digest`, as Kinesis takes it for a hash key. Short texts, that is nearly all
 * partition keys, are hashed here: making a native hash object costs several times as much.
 */
export function md5(bytes: Buffer, start: number, end: number, digest: HashKey): void {
  const size = end - start
  if (size > oneBlockBytes) {
    native(bytes.subarray(start, end), digest)
    return
  }
  block.fill(0)
  for (let index = 0; index < size; index += 1) blockBytes[index] = bytes[start + index]!
  blockBytes[size] = 0x80
  block[14] = size << 3
  digestBlock(digest)
}

function digestBlock(digest: HashKey): void {
  let a = 0x67452301
  let b = 0xefcdab89 | 0
  let c = 0x98badcfe | 0
  let d = 0x10325476
  for (let step = 0; step < 64; step += 1) {
    let mixed: number
    if (step < 16) mixed = (b & c) | (~b & d)
    else if (step < 32) mixed = (d & b) | (~d & c)
    else if (step < 48) mixed = b ^ c ^ d
    else mixed = c ^ (b | ~d)
    const sum = (a + mixed + constants[step]! + block[words[step]!]!) | 0
    const rotation = rotations[step]!
    a = d
    d = c
    c = b
    b = (b + ((sum << rotation) | (sum >>> (32 - rotation)))) | 0
  }
  digest[0] = swapped(a + 0x67452301)
  digest[1] = swapped(b + 0xefcdab89)
  digest[2] = swapped(c + 0x98badcfe)
  digest[3] = swapped(d + 0x10325476)
}

/** The word with its bytes in the other order. */
function swapped(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)
}

function native(bytes: Buffer, digest: HashKey): void {
  const found = createHash('md5').update(bytes).digest()
  for (let word = 0; word < 4; word += 1) digest[word] = found.readUInt32BE(word * 4)
}

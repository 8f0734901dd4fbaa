/**
 * MD5 (RFC 1321) of four short texts at once, one in each lane of the processor's registers: what `../key-hashes.ts` calls. Each step of
 * one text waits for the step before, so four take hardly longer than one.
 */

/** Word after word, of each text in turn. */
const blocks = memory.data(256, 16)
const digests = memory.data(64, 16)
/** What each step adds: the whole part of 2^32 times the sine of its number. */
const constants = memory.data<u32>([
  0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
  0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
  0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
  0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
  0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
  0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
  0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
  0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
])

export function blocksAt(): usize {
  return blocks
}

export function digestsAt(): usize {
  return digests
}

function constantAt(step: i32): v128 {
  return v128.load32_splat(constants + ((<usize>step) << 2))
}

function wordAt(word: i32): v128 {
  return v128.load(blocks + ((<usize>(word & 15)) << 4))
}

function rotated(sum: v128, by: i32): v128 {
  return v128.or(i32x4.shl(sum, by), i32x4.shr_u(sum, 32 - by))
}

function sumOf(a: v128, mixed: v128, step: i32, word: i32): v128 {
  return i32x4.add(i32x4.add(a, mixed), i32x4.add(constantAt(step), wordAt(word)))
}

function mixedIn(round: i32, b: v128, c: v128, d: v128): v128 {
  if (round == 0) return v128.bitselect(c, d, b)
  if (round == 1) return v128.bitselect(b, c, d)
  if (round == 2) return v128.xor(b, v128.xor(c, d))
  return v128.xor(c, v128.or(b, v128.not(d)))
}

function wordOf(round: i32, step: i32): i32 {
  if (round == 0) return step
  if (round == 1) return 5 * step + 1
  if (round == 2) return 3 * step + 5
  return 7 * step
}

let a: v128 = i32x4.splat(0)
let b: v128 = i32x4.splat(0)
let c: v128 = i32x4.splat(0)
let d: v128 = i32x4.splat(0)

function runRound(round: i32, first: i32, second: i32, third: i32, fourth: i32): void {
  let w = a
  let x = b
  let y = c
  let z = d
  for (let step = round << 4, end = step + 16; step < end; step += 4) {
    w = i32x4.add(x, rotated(sumOf(w, mixedIn(round, x, y, z), step, wordOf(round, step)), first))
    z = i32x4.add(
      w,
      rotated(sumOf(z, mixedIn(round, w, x, y), step + 1, wordOf(round, step + 1)), second),
    )
    y = i32x4.add(
      z,
      rotated(sumOf(y, mixedIn(round, z, w, x), step + 2, wordOf(round, step + 2)), third),
    )
    x = i32x4.add(
      y,
      rotated(sumOf(x, mixedIn(round, y, z, w), step + 3, wordOf(round, step + 3)), fourth),
    )
  }
  a = w
  b = x
  c = y
  d = z
}

function put(place: usize, word: v128, start: i32): void {
  const sum = i32x4.add(word, i32x4.splat(start))
  // The first byte of a digest is its highest.
  const turned = i8x16.shuffle(sum, sum, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)
  v128.store(digests + (place << 4), turned)
}

/** Hashes what the blocks hold, and clears them. */
export function digestFour(): void {
  a = i32x4.splat(0x67452301)
  b = i32x4.splat(0xefcdab89)
  c = i32x4.splat(0x98badcfe)
  d = i32x4.splat(0x10325476)
  runRound(0, 7, 12, 17, 22)
  runRound(1, 5, 9, 14, 20)
  runRound(2, 4, 11, 16, 23)
  runRound(3, 6, 10, 15, 21)
  put(0, a, 0x67452301)
  put(1, b, 0xefcdab89)
  put(2, c, 0x98badcfe)
  put(3, d, 0x10325476)
  memory.fill(blocks, 0, 256)
}

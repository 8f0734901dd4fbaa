/**
 * MD5 (RFC 1321) of eight short texts at once, in two fours whose texts have one lane each of the processor's registers: what
 * `../key-hashes.ts` calls. Each step of a text waits for the step before, so four take hardly longer than one; and while one four waits,
 * the other is worked on.
 */

/** Word after word, of each text of a four in turn; then those of the other four. */
const blocks = memory.data(512, 16)
const digests = memory.data(128, 16)
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

/** Types that stand for the rounds: the compiler makes code of its own for each. */
type First = u8
type Second = u16
type Third = u32
type Fourth = u64

function mixedIn<Round>(b: v128, c: v128, d: v128): v128 {
  if (sizeof<Round>() == 1) return v128.xor(d, v128.and(b, v128.xor(c, d)))
  if (sizeof<Round>() == 2) return v128.xor(c, v128.and(d, v128.xor(b, c)))
  if (sizeof<Round>() == 4) return v128.xor(b, v128.xor(c, d))
  return v128.xor(c, v128.or(b, v128.not(d)))
}

function wordOf<Round>(step: i32): usize {
  if (sizeof<Round>() == 1) return (step & 15) << 4
  if (sizeof<Round>() == 2) return ((5 * step + 1) & 15) << 4
  if (sizeof<Round>() == 4) return ((3 * step + 5) & 15) << 4
  return ((7 * step) & 15) << 4
}

function rotated(sum: v128, by: i32): v128 {
  return v128.or(i32x4.shl(sum, by), i32x4.shr_u(sum, 32 - by))
}

function stepped<Round>(a: v128, b: v128, c: v128, d: v128, added: v128, by: i32): v128 {
  const sum = i32x4.add(i32x4.add(a, added), mixedIn<Round>(b, c, d))
  return i32x4.add(b, rotated(sum, by))
}

/** What the step adds to a text of the four whose blocks are at `four`. */
function added<Round>(step: i32, four: usize): v128 {
  const constant = v128.load32_splat(constants + ((<usize>step) << 2))
  return i32x4.add(constant, v128.load(four + wordOf<Round>(step)))
}

let a: v128 = i32x4.splat(0)
let b: v128 = i32x4.splat(0)
let c: v128 = i32x4.splat(0)
let d: v128 = i32x4.splat(0)
/** Of the other four. */
let e: v128 = i32x4.splat(0)
let f: v128 = i32x4.splat(0)
let g: v128 = i32x4.splat(0)
let h: v128 = i32x4.splat(0)

function runRound<Round>(from: i32, first: i32, second: i32, third: i32, fourth: i32): void {
  const other = blocks + 256
  let s = a
  let t = b
  let u = c
  let v = d
  let w = e
  let x = f
  let y = g
  let z = h
  for (let step = from; step < from + 16; step += 4) {
    s = stepped<Round>(s, t, u, v, added<Round>(step, blocks), first)
    w = stepped<Round>(w, x, y, z, added<Round>(step, other), first)
    v = stepped<Round>(v, s, t, u, added<Round>(step + 1, blocks), second)
    z = stepped<Round>(z, w, x, y, added<Round>(step + 1, other), second)
    u = stepped<Round>(u, v, s, t, added<Round>(step + 2, blocks), third)
    y = stepped<Round>(y, z, w, x, added<Round>(step + 2, other), third)
    t = stepped<Round>(t, u, v, s, added<Round>(step + 3, blocks), fourth)
    x = stepped<Round>(x, y, z, w, added<Round>(step + 3, other), fourth)
  }
  a = s
  b = t
  c = u
  d = v
  e = w
  f = x
  g = y
  h = z
}

function put(at: usize, word: v128, start: i32): void {
  const sum = i32x4.add(word, i32x4.splat(start))
  // The first byte of a digest is its highest.
  const turned = i8x16.shuffle(sum, sum, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)
  v128.store(digests + at, turned)
}

/** Hashes what the blocks hold, and clears them. */
export function digestAll(): void {
  a = e = i32x4.splat(0x67452301)
  b = f = i32x4.splat(0xefcdab89)
  c = g = i32x4.splat(0x98badcfe)
  d = h = i32x4.splat(0x10325476)
  runRound<First>(0, 7, 12, 17, 22)
  runRound<Second>(16, 5, 9, 14, 20)
  runRound<Third>(32, 4, 11, 16, 23)
  runRound<Fourth>(48, 6, 10, 15, 21)
  put(0, a, 0x67452301)
  put(16, b, 0xefcdab89)
  put(32, c, 0x98badcfe)
  put(48, d, 0x10325476)
  put(64, e, 0x67452301)
  put(80, f, 0xefcdab89)
  put(96, g, 0x98badcfe)
  put(112, h, 0x10325476)
  for (let at: usize = 0; at < 512; at += 16) v128.store(blocks + at, i32x4.splat(0))
}

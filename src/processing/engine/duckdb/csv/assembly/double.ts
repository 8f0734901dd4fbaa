import { digitCount, powerOfTen, writeEight, writeUnsigned, writeZeros } from './digits.ts'

/**
 * Doubles as Java's Double.toString writes them, with the fewest digits that tell them from their neighbours: R. Giulietti, "The Schubfach
 * way to render doubles" (2021), https://drive.google.com/file/d/1IEeATSVnEE6TkrHlCYNY2GjaraBjOT4f. Names are those of the paper.
 */

const qLeast: i32 = -1074
const cLeast: u64 = 1 << 52
const kLeast: i32 = -324
const kMost: i32 = 292

/** For each k from -324 to 292 the upper and the lower 63 bits of g(k). */
export const powersBytes: usize = ((kMost - kLeast + 1) as usize) * 16
let powers: usize = 0

export function setPowers(at: usize): void {
  powers = at
}

const low63: u64 = 0x7fffffffffffffff

/** Behind the text, which has at most 24 characters; up to 17 bytes behind that may be written over. */
export function writeDouble(start: usize, value: f64): usize {
  let at = start
  const bits = reinterpret<u64>(value)
  const t = bits & 0xfffffffffffff
  const exponent = ((bits >> 52) & 0x7ff) as i32
  if (exponent == 0x7ff) return writeSpecial(at, t != 0, bits >> 63 != 0)
  if (bits >> 63) {
    store<u8>(at, 0x2d)
    at += 1
  }
  if (exponent == 0) {
    if (t == 0) return writeZero(at)
    // Java wants two digits at least: of the two least numbers, the second is found with ten times as much.
    return t < 3 ? writeShortest(at, qLeast, 10 * t, -1) : writeShortest(at, qLeast, t, 0)
  }
  const q = qLeast - 1 + exponent
  const c = cLeast | t
  if (q < 0 && q > -53) {
    const whole = c >> (-q as u64)
    if (whole << (-q as u64) == c) return writeDecimal(at, whole, 0)
  }
  return writeShortest(at, q, c, 0)
}

function writeSpecial(at: usize, isNan: bool, isNegative: bool): usize {
  if (isNan) {
    store<u8>(at, 0x4e)
    store<u8>(at + 1, 0x61)
    store<u8>(at + 2, 0x4e)
    return at + 3
  }
  let start = at
  if (isNegative) {
    store<u8>(start, 0x2d)
    start += 1
  }
  // Infinity
  store<u64>(start, 0x7974696e69666e49)
  return start + 8
}

/** 0.0 */
function writeZero(at: usize): usize {
  store<u32>(at, 0x302e30)
  return at + 3
}

/** The decimal nearest to c × 2^q among the shortest that are taken for it; it is ten to the power of `more` times as much. */
function writeShortest(at: usize, q: i32, c: u64, more: i32): usize {
  const out = c & 1
  const cb = c << 2
  const isRegular = c != cLeast || q == qLeast
  const cbl = cb - (isRegular ? 2 : 1)
  const k = isRegular ? floorLog10Pow2(q) : floorLog10ThreeQuartersPow2(q)
  const h = (q + floorLog2Pow10(-k) + 2) as u64
  const g = powers + ((k - kLeast) as usize) * 16
  const g1 = load<u64>(g)
  const g0 = load<u64>(g + 8)
  const vb = rounded(g1, g0, cb << h)
  const vbl = rounded(g1, g0, cbl << h) + out
  const vbr = rounded(g1, g0, (cb + 2) << h)
  const s = vb >> 2
  if (s >= 100) {
    const tens = (s / 10) * 10
    const above = tens + 10
    const isLowerIn = vbl <= tens << 2
    const isUpperIn = (above << 2) + out <= vbr
    if (isLowerIn != isUpperIn) return writeDecimal(at, isLowerIn ? tens : above, k)
  }
  const next = s + 1
  const isLowerIn = vbl <= s << 2
  const isUpperIn = (next << 2) + out <= vbr
  if (isLowerIn != isUpperIn) return writeDecimal(at, isLowerIn ? s : next, k + more)
  const side = (vb - ((s + next) << 1)) as i64
  const isLower = side < 0 || (side == 0 && (s & 1) == 0)
  return writeDecimal(at, isLower ? s : next, k + more)
}

/** The upper half of g × cp, with its last bit set when anything lies below. */
function rounded(g1: u64, g0: u64, cp: u64): u64 {
  const z = ((g1 * cp) >> 1) + upperHalf(g0, cp)
  const w = upperHalf(g1, cp) + (z >> 63)
  return w | (((z & low63) + low63) >> 63)
}

function upperHalf(a: u64, b: u64): u64 {
  const aLow = a & 0xffffffff
  const aHigh = a >> 32
  const bLow = b & 0xffffffff
  const bHigh = b >> 32
  const middle = aHigh * bLow + ((aLow * bLow) >> 32)
  return aHigh * bHigh + (middle >> 32) + ((aLow * bHigh + (middle & 0xffffffff)) >> 32)
}

function floorLog10Pow2(e: i32): i32 {
  return (((e as i64) * 661971961083) >> 41) as i32
}

function floorLog10ThreeQuartersPow2(e: i32): i32 {
  return (((e as i64) * 661971961083 - 274743187321) >> 41) as i32
}

function floorLog2Pow10(e: i32): i32 {
  return (((e as i64) * 913124641741) >> 38) as i32
}

const scratch: usize = memory.data(48)
const digitsMax: i32 = 17

/** f × 10^e, which has at most 17 digits: plain from a thousandth to ten millions, with an exponent elsewhere. */
function writeDecimal(at: usize, f: u64, e: i32): usize {
  const length = digitCount(f)
  // The point stands behind so many digits.
  const point = length + e
  const filled = f * powerOfTen(digitsMax - length)
  const first = filled / 100000000
  writeEight(scratch + 9, (filled - first * 100000000) as u32)
  const head = (first / 100000000) as u32
  writeEight(scratch + 1, (first - (head as u64) * 100000000) as u32)
  store<u8>(scratch, (0x30 + head) as u8)
  writeZeros(scratch + 17)
  let count = digitsMax
  while (count > 1 && load<u8>(scratch + (count as usize) - 1) == 0x30) count -= 1
  if (point > 0 && point <= 7) {
    const whole = point as usize
    const end = max(count, point + 1) as usize
    store<u64>(at, load<u64>(scratch))
    store<u8>(at + whole, 0x2e)
    copyDigits(at + whole + 1, scratch + whole)
    return at + end + 1
  }
  if (point > -3 && point <= 0) {
    store<u32>(at, 0x30302e30)
    const skipped = (2 - point) as usize
    copyDigits(at + skipped, scratch)
    return at + skipped + (count as usize)
  }
  store<u8>(at, load<u8>(scratch))
  store<u8>(at + 1, 0x2e)
  copyDigits(at + 2, scratch + 1)
  let end = at + 1 + (max(count, 2) as usize)
  store<u8>(end, 0x45)
  end += 1
  const exponent = point - 1
  if (exponent < 0) {
    store<u8>(end, 0x2d)
    end += 1
  }
  return writeUnsigned(end, abs(exponent) as u64)
}

function copyDigits(to: usize, from: usize): void {
  v128.store(to, v128.load(from))
  store<u8>(to + 16, load<u8>(from + 16))
}

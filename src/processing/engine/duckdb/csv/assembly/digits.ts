/** Whole numbers as decimal digits. */

const zeros: u64 = 0x3030303030303030

/** 10^0 to 10^19, which fit into 64 bits, and where pairs of digits stand. */
const powersOfTen: usize = memory.data(160)
const pairs: usize = memory.data(200)

export function fillTables(): void {
  let power: u64 = 1
  for (let index: usize = 0; index < 20; index += 1) {
    store<u64>(powersOfTen + index * 8, power)
    power *= 10
  }
  for (let value: usize = 0; value < 100; value += 1) {
    store<u8>(pairs + value * 2, (0x30 + value / 10) as u8)
    store<u8>(pairs + value * 2 + 1, (0x30 + (value % 10)) as u8)
  }
}

export function powerOfTen(exponent: i32): u64 {
  return load<u64>(powersOfTen + (exponent as usize) * 8)
}

/** How many digits a number has; one has 0, too. */
export function digitCount(value: u64): i32 {
  // log10(2) is a little more than 1233 / 4096, so this may be one too few.
  const least = ((64 - (clz<u64>(value | 1) as i32)) * 1233) >> 12
  return least + ((value >= powerOfTen(least)) as i32) + ((value == 0) as i32)
}

/** Behind the number. */
export function writeSigned(at: usize, value: i64): usize {
  if (value >= 0) return writeUnsigned(at, value as u64)
  store<u8>(at, 0x2d)
  return writeUnsigned(at + 1, (0 - value) as u64)
}

export function writeUnsigned(at: usize, value: u64): usize {
  const end = at + (digitCount(value) as usize)
  let last = end
  let rest = value
  while (rest > 0xffffffff) {
    const above = rest / 100000000
    last -= 8
    writeEight(last, (rest - above * 100000000) as u32)
    rest = above
  }
  let small = rest as u32
  while (small >= 100) {
    const above = small / 100
    last -= 2
    store<u16>(last, load<u16>(pairs + ((small - above * 100) as usize) * 2))
    small = above
  }
  if (small >= 10) store<u16>(at, load<u16>(pairs + (small as usize) * 2))
  else store<u8>(at, (0x30 + small) as u8)
  return end
}

/** Both digits of a number below 100. */
export function writePair(at: usize, value: u32): void {
  store<u16>(at, load<u16>(pairs + (value as usize) * 2))
}

/** All eight digits of a number below 10^8. */
export function writeEight(at: usize, value: u32): void {
  const upper = value / 10000
  const lower = value - upper * 10000
  const first = upper / 100
  const third = lower / 100
  store<u16>(at, load<u16>(pairs + (first as usize) * 2))
  store<u16>(at + 2, load<u16>(pairs + ((upper - first * 100) as usize) * 2))
  store<u16>(at + 4, load<u16>(pairs + (third as usize) * 2))
  store<u16>(at + 6, load<u16>(pairs + ((lower - third * 100) as usize) * 2))
}

/** Eight digits 0. */
export function writeZeros(at: usize): void {
  store<u64>(at, zeros)
}

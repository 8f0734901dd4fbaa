/** An integer of 64 bits: a number where that is exact, else a bigint. */
export type Int = number | bigint

export function toInt(value: bigint): Int {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}

/** The sum in 64 bits. */
export function add(a: Int, b: Int): Int {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b
    if (Number.isSafeInteger(sum)) return sum
  }
  return toInt(BigInt.asIntN(64, BigInt(a) + BigInt(b)))
}

export function negate(a: Int): Int {
  return typeof a === 'number' ? 0 - a : toInt(BigInt.asIntN(64, -a))
}

/** The signed number that an unsigned one stands for: 0, -1, 1, -2, … */
export function unzigzag(value: Int): Int {
  if (typeof value === 'number') return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  return toInt((value >> 1n) ^ -(value & 1n))
}

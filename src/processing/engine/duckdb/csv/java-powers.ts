const kLeast = -324
const kMost = 292

/**
 * Of each k the number g = floor(β) + 1, where 10^-k = β × 2^r and 2^125 ≤ β < 2^126, in two halves of 63 bits, the upper one first: what
 * `assembly/double.ts` multiplies with.
 */
export function javaPowers(): BigUint64Array {
  const powers = new BigUint64Array(2 * (kMost - kLeast + 1))
  for (let k = kLeast; k <= kMost; k += 1) {
    const g = scaled(-k) + 1n
    powers[2 * (k - kLeast)] = g >> 63n
    powers[2 * (k - kLeast) + 1] = g & ((1n << 63n) - 1n)
  }
  return powers
}

/** The first 126 bits of 10^e. */
function scaled(e: number): bigint {
  if (e >= 0) {
    const power = 10n ** BigInt(e)
    const excess = BigInt(bitLength(power) - 126)
    return excess >= 0n ? power >> excess : power << -excess
  }
  const divisor = 10n ** BigInt(-e)
  const quotient = (1n << BigInt(bitLength(divisor) + 126)) / divisor
  return quotient >> BigInt(bitLength(quotient) - 126)
}

function bitLength(value: bigint): number {
  return value.toString(2).length
}

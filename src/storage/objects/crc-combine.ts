import { assert, remembered } from '#kit'

/** Algorithms whose value for a whole follows from the values of its parts. */
export type LinearAlgorithm = 'CRC32' | 'CRC32C' | 'CRC64NVME'

export function isLinear(algorithm: string): algorithm is LinearAlgorithm {
  return algorithm in polynomials
}

/**
 * The CRC of two byte strings one after the other, from the CRC of each and the length of the
 * second: the first is shifted by that many zero bytes, which is a multiplication by x^(8·length)
 * modulo the polynomial (zlib's crc32_combine, for any width). Values are base64.
 */
export function combineCrc(
  algorithm: LinearAlgorithm,
  first: string,
  second: string,
  secondSizeBytes: number,
): string {
  const field = polynomials[algorithm]
  const left = toInteger(first, field.bits)
  const right = toInteger(second, field.bits)
  const value = multiply(field, shifts[algorithm](secondSizeBytes), left) ^ right
  return Buffer.from(value.toString(16).padStart(field.bits / 4, '0'), 'hex').toString('base64')
}

interface Field {
  readonly bits: number
  /** Reversed: the coefficient of x^0 is the highest bit. */
  readonly polynomial: bigint
}

const polynomials: Readonly<Record<LinearAlgorithm, Field>> = {
  CRC32: { bits: 32, polynomial: 0xedb88320n },
  CRC32C: { bits: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
}

/** Parts of one upload mostly have one length: the last few factors are remembered. */
const shiftsMax = 64
const shifts: Readonly<Record<LinearAlgorithm, (sizeBytes: number) => bigint>> = {
  CRC32: shiftsOf(polynomials.CRC32),
  CRC32C: shiftsOf(polynomials.CRC32C),
  CRC64NVME: shiftsOf(polynomials.CRC64NVME),
}

function shiftsOf(field: Field): (sizeBytes: number) => bigint {
  return remembered({ countMax: shiftsMax }, (sizeBytes) => shift(field, sizeBytes))
}

function shift(field: Field, sizeBytes: number): bigint {
  let factor = 1n << BigInt(field.bits - 1) // x^0
  let square = 1n << BigInt(field.bits - 2) // x^1
  for (let exponent = BigInt(sizeBytes) * 8n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) factor = multiply(field, factor, square)
    square = multiply(field, square, square)
  }
  return factor
}

function multiply({ bits, polynomial }: Field, a: bigint, b: bigint): bigint {
  let product = 0n
  let factor = b
  for (let bit = BigInt(bits - 1); bit >= 0n; bit--) {
    if ((a >> bit) & 1n) product ^= factor
    factor = factor & 1n ? (factor >> 1n) ^ polynomial : factor >> 1n
  }
  return product
}

function toInteger(base64: string, bits: number): bigint {
  const bytes = Buffer.from(base64, 'base64')
  assert(bytes.length * 8 === bits, 'a CRC has the width of its polynomial')
  return BigInt(`0x${bytes.toString('hex')}`)
}

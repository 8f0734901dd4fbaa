/** The CRC-32 of zlib, of parts one after another: https://github.com/madler/zlib/blob/develop/crc32.c, crc32_combine_op */

const polynomial = 0xedb88320

/** The CRC of what `crc` is of, followed by a part with this CRC and this factor. */
export function appendCrc32(crc: number, factor: number, partCrc: number): number {
  return (multiply(factor, crc) ^ partCrc) >>> 0
}

/** The factor of a part of this length: x to the power of its bits, modulo the polynomial. */
export function crc32Factor(sizeBytes: number): number {
  let product = 0x80000000
  for (let rest = sizeBytes, at = 3; rest > 0; rest = Math.floor(rest / 2), at++) {
    if (rest % 2 === 1) product = multiply(powers[at % 32]!, product)
  }
  return product
}

/** x to the powers of two. */
const powers = (() => {
  const table = [0x40000000]
  while (table.length < 32) table.push(multiply(table.at(-1)!, table.at(-1)!))
  return table
})()

function multiply(left: number, right: number): number {
  let product = 0
  let b = right
  for (let mask = 0x80000000; mask !== 0; mask >>>= 1) {
    if ((left & mask) !== 0) product ^= b
    b = (b & 1) === 1 ? (b >>> 1) ^ polynomial : b >>> 1
  }
  return product >>> 0
}

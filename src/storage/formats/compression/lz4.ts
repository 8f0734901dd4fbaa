/**
 * LZ4's block format: https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 * `before` are bytes that the block may copy from; they are no part of the answer.
 * Throws an Error for bytes that are not of this format, or unpack to more than `sizeBytesMax`.
 */
export function uncompressLz4Block(bytes: Buffer, sizeBytesMax: number, before?: Buffer): Buffer {
  const start = before?.length ?? 0
  let output = Buffer.allocUnsafe(Math.min(sizeBytesMax, Math.max(1024, start + bytes.length * 4)))
  before?.copy(output)
  let at = 0
  let end = start
  const length = (short: number): number => {
    let value = short
    if (short === 15) {
      let more: number
      do {
        more = bytes[at++] ?? fail('cut off')
        value += more
      } while (more === 255)
    }
    return value
  }
  const reserve = (count: number): void => {
    if (end + count > sizeBytesMax) fail('larger than it may be')
    if (end + count <= output.length) return
    const grown = Buffer.allocUnsafe(
      Math.min(sizeBytesMax, Math.max(output.length * 2, end + count)),
    )
    output.copy(grown, 0, 0, end)
    output = grown
  }
  while (at < bytes.length) {
    const token = bytes[at++]!
    const literals = length(token >> 4)
    if (at + literals > bytes.length) fail('cut off')
    reserve(literals)
    bytes.copy(output, end, at, at + literals)
    at += literals
    end += literals
    // The last sequence ends with its literals.
    if (at === bytes.length) break
    if (at + 2 > bytes.length) fail('cut off')
    const offset = bytes.readUInt16LE(at)
    at += 2
    const match = 4 + length(token & 15)
    if (offset === 0 || offset > end) fail('wrong')
    reserve(match)
    // Byte by byte: the copy may overlap what it makes.
    for (const stop = end + match; end < stop; end++) output[end] = output[end - offset]!
  }
  return output.subarray(start, end)
}

function fail(how: string): never {
  throw new Error(`lz4 data is ${how}`)
}

/**
 * Snappy's block format: https://github.com/google/snappy/blob/main/format_description.txt
 * Throws an Error for bytes that are not of this format, or unpack to more than `sizeBytesMax`.
 */
export function uncompressSnappy(bytes: Buffer, sizeBytesMax: number): Buffer {
  let at = 0
  const byte = (): number => {
    const value = bytes[at++]
    if (value === undefined) throw new Error('snappy data is cut off')
    return value
  }
  const little = (count: number): number => {
    let value = 0
    for (let shift = 0; shift < count; shift++) value += byte() * 2 ** (8 * shift)
    return value
  }

  let size = 0
  for (let shift = 0, more = true; more; shift += 7) {
    const next = byte()
    size += (next & 0x7f) * 2 ** shift
    more = next >= 0x80 && shift < 28
  }
  if (size > sizeBytesMax) throw new Error('snappy data is too large')

  const output = Buffer.allocUnsafe(size)
  let end = 0
  while (at < bytes.length) {
    const tag = byte()
    if ((tag & 3) === 0) {
      const short = tag >> 2
      const length = 1 + (short < 60 ? short : little(short - 59))
      if (at + length > bytes.length || end + length > size) throw new Error('snappy data is wrong')
      bytes.copy(output, end, at, at + length)
      at += length
      end += length
      continue
    }
    const kind = tag & 3
    const length = kind === 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2)
    const offset = kind === 1 ? ((tag >> 5) << 8) | byte() : little(kind === 2 ? 2 : 4)
    if (offset === 0 || offset > end || end + length > size) throw new Error('snappy data is wrong')
    // Byte by byte: the copy may overlap what it makes.
    for (const stop = end + length; end < stop; end++) output[end] = output[end - offset]!
  }
  if (end !== size) throw new Error('snappy data is cut off')
  return output
}

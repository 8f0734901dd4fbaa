const hashBits = 14
const blockBytes = 65_536

/** Snappy's block format: https://github.com/google/snappy/blob/main/format_description.txt */
export function compressSnappy(bytes: Buffer): Buffer {
  const output = Buffer.allocUnsafe(32 + bytes.length + Math.ceil(bytes.length / 6))
  let end = 0
  let left = bytes.length
  while (left >= 128) {
    output[end++] = (left & 127) | 128
    left >>>= 7
  }
  output[end++] = left
  const table = new Int32Array(1 << hashBits)
  // Offsets of copies have 16 bits: each block is packed by itself.
  for (let start = 0; start < bytes.length; start += blockBytes) {
    end = compressBlock(
      bytes,
      start,
      Math.min(start + blockBytes, bytes.length),
      table,
      output,
      end,
    )
  }
  return output.subarray(0, end)
}

function compressBlock(
  bytes: Buffer,
  start: number,
  stop: number,
  table: Int32Array,
  output: Buffer,
  at: number,
): number {
  table.fill(-1)
  let end = at
  let from = start
  for (let place = start; place + 4 <= stop;) {
    const four = bytes.readUInt32LE(place)
    const hash = Math.imul(four, 0x1e35a7bd) >>> (32 - hashBits)
    const before = table[hash]!
    table[hash] = place
    if (before < start || bytes.readUInt32LE(before) !== four) {
      place++
      continue
    }
    let length = 4
    while (place + length < stop && bytes[before + length] === bytes[place + length]) length++
    end = literal(bytes, from, place, output, end)
    end = copy(place - before, length, output, end)
    place += length
    from = place
  }
  return literal(bytes, from, stop, output, end)
}

function literal(bytes: Buffer, from: number, to: number, output: Buffer, at: number): number {
  const length = to - from
  if (length === 0) return at
  let end = at
  const less = length - 1
  if (less < 60) output[end++] = less << 2
  else if (less < 256) {
    output[end++] = 60 << 2
    output[end++] = less
  } else {
    output[end++] = 61 << 2
    output[end++] = less & 255
    output[end++] = less >> 8
  }
  bytes.copy(output, end, from, to)
  return end + length
}

function copy(offset: number, length: number, output: Buffer, at: number): number {
  let end = at
  for (let left = length; left > 0;) {
    const part = Math.min(left, 64)
    output[end++] = ((part - 1) << 2) | 2
    output[end++] = offset & 255
    output[end++] = offset >> 8
    left -= part
  }
  return end
}

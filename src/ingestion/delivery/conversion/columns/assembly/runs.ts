/** Small numbers as runs: https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE */

/** What may be written behind a run. */
export const behindRun: usize = 24

/** The same number again and again, of one byte. Behind it. */
export function putRun(count: i32, value: u32, first: usize): usize {
  const to = putVarint((count as u32) << 1, first)
  store<u8>(to, value)
  return to + 1
}

/** In front of so many groups of eight numbers, each of which begins with a byte. Behind it. */
export function putGroupCount(groups: usize, first: usize): usize {
  return putVarint(((groups as u32) << 1) | 1, first)
}

/** The numbers that stand in every two bytes, of `bits` each, in groups of eight, the last filled up with zeros. Behind them. */
export function putPacked<T>(from: usize, end: usize, bits: i32, first: usize): usize {
  const width = bits as u64
  const groups = (((end - from) >> 1) + 7) >> 3
  let to = putGroupCount(groups, first)
  const last = to + groups * (width as usize)
  let held: u64 = 0
  let heldBits: u64 = 0
  for (let at = from; at < end; at += 2) {
    held |= (load<T>(at) as u64) << heldBits
    heldBits += width
    if (heldBits >= 32) {
      store<u32>(to, held as u32)
      to += 4
      held >>= 32
      heldBits -= 32
    }
  }
  // What the last group is filled up with may be more than the bits that are held.
  store<u64>(to, held)
  store<u64>(to + 8, 0)
  store<u64>(to + 16, 0)
  return last
}

export function putVarint(value: u32, first: usize): usize {
  let rest = value
  let to = first
  for (; rest >= 0x80; to += 1) {
    store<u8>(to, (rest & 0x7f) | 0x80)
    rest >>= 7
  }
  store<u8>(to, rest)
  return to + 1
}

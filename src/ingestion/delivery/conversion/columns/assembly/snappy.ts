/** Snappy: https://github.com/google/snappy/blob/main/format_description.txt */

/** Places of what was met, by its first four bytes: two bytes each, counted from the start of the block. */
let table: usize = 0
const tableBits: u32 = 14
export const snappyTableBytes: usize = (2 as usize) << (tableBits as usize)

/** Nothing refers to what lies before its block. */
const blockBytes: usize = 1 << 16
const shortestBlock: usize = 16
/** Read or written at once, so that short ends are left as they are. */
const endBytes: usize = 15

export function setSnappyTable(at: usize): void {
  table = at
}

/** What so many bytes take at most, and what may be written behind them in large steps. */
export function packedBytesMax(sizeBytes: usize): usize {
  return 64 + sizeBytes + sizeBytes / 6
}

/** Packs bytes behind those that were packed before. Behind them. */
export function pack(start: usize, end: usize, first: usize): usize {
  let to = first
  for (let at = start; at < end; at += blockBytes) {
    to = packBlock(at, end - at < blockBytes ? end : at + blockBytes, to)
  }
  return to
}

function slotOf(bytes: u32): usize {
  return (((bytes * 0x1e35a7bd) >> (32 - tableBits)) << 1) as usize
}

function packBlock(start: usize, end: usize, first: usize): usize {
  if (end - start < shortestBlock) return putLiteral(start, end, first)
  memory.fill(table, 0, snappyTableBytes)
  const limit = end - endBytes
  let to = first
  /** From here on nothing is written yet. */
  let left = start
  let at = start + 1
  while (left < end) {
    let candidate: usize
    let next = at
    // Where nothing is met for long, the steps grow.
    let skip: u32 = 32
    for (;;) {
      at = next
      const step = skip >> 5
      skip += step
      next = at + (step as usize)
      if (next > limit) return putLiteral(left, end, to)
      const bytes = load<u32>(at)
      const slot = table + slotOf(bytes)
      candidate = start + (load<u16>(slot) as usize)
      store<u16>(slot, (at - start) as u16)
      if (bytes == load<u32>(candidate)) break
    }
    to = putLiteral(left, at, to)
    for (;;) {
      const length: usize = 4 + sameLength(candidate + 4, at + 4, end)
      to = putCopy(at - candidate, length, to)
      at += length
      left = at
      if (at >= limit) return putLiteral(left, end, to)
      store<u16>(table + slotOf(load<u32>(at - 1)), (at - 1 - start) as u16)
      const bytes = load<u32>(at)
      const slot = table + slotOf(bytes)
      candidate = start + (load<u16>(slot) as usize)
      store<u16>(slot, (at - start) as u16)
      if (bytes != load<u32>(candidate)) break
    }
    at += 1
  }
  return to
}

/** How many bytes from `b` on, before `end`, are the same as those from `a` on. */
function sameLength(a: usize, b: usize, end: usize): usize {
  let at = b
  let other = a
  while (at + 8 <= end) {
    const differing = load<u64>(at) ^ load<u64>(other)
    if (differing != 0) return at - b + ((ctz(differing) >> 3) as usize)
    at += 8
    other += 8
  }
  while (at < end && load<u8>(at) == load<u8>(other)) {
    at += 1
    other += 1
  }
  return at - b
}

function putLiteral(start: usize, end: usize, first: usize): usize {
  const size = end - start
  if (size == 0) return first
  let to = first
  const last = size - 1
  if (last < 60) {
    store<u8>(to, last << 2)
    to += 1
  } else if (last < 0x100) {
    store<u8>(to, 60 << 2)
    store<u8>(to + 1, last)
    to += 2
  } else {
    store<u8>(to, 61 << 2)
    store<u16>(to + 1, last as u16)
    to += 3
  }
  if (size <= 16) v128.store(to, v128.load(start))
  else memory.copy(to, start, size)
  return to + size
}

/** Of at least four bytes. */
function putCopy(distance: usize, length: usize, first: usize): usize {
  let to = first
  let left = length
  for (; left >= 68; left -= 64) to = putFarCopy(distance, 64, to)
  if (left > 64) {
    to = putFarCopy(distance, 60, to)
    left -= 60
  }
  if (left > 11 || distance > 0x7ff) return putFarCopy(distance, left, to)
  store<u8>(to, 1 | ((left - 4) << 2) | ((distance >> 8) << 5))
  store<u8>(to + 1, distance)
  return to + 2
}

function putFarCopy(distance: usize, length: usize, to: usize): usize {
  store<u8>(to, 2 | ((length - 1) << 2))
  store<u16>(to + 1, distance as u16)
  return to + 3
}

/** Texts of the engine: a length, and at most twelve bytes in place, or the address of more. */
export const textBytes: usize = 16
const inPlaceMax: u32 = 12

const quote: u8 = 0x22

export function isLong(text: usize): bool {
  return load<u32>(text) > inPlaceMax
}

export function lengthOf(text: usize): usize {
  return load<u32>(text) as usize
}

/** Where a text's bytes lie that stand in place. */
export function placeOf(text: usize): usize {
  return text + 4
}

/**
 * Copies a text, its quotes doubled: behind it. Sixteen bytes behind the text may be read, and as many behind what is written be written
 * over.
 */
export function writeQuoted(start: usize, from: usize, length: usize): usize {
  let at = start
  let source = from
  let left = length
  const quotes = i8x16.splat(quote as i8)
  while (left > 0) {
    const bytes = v128.load(source)
    v128.store(at, bytes)
    const taken = min(left, 16 as usize)
    let found = i8x16.bitmask(i8x16.eq(bytes, quotes)) as u32
    if (taken < 16) found &= ((1 as u32) << (taken as u32)) - 1
    if (found == 0) {
      at += taken
      source += taken
      left -= taken
      continue
    }
    const before = (ctz<u32>(found) as usize) + 1
    store<u8>(at + before, quote)
    at += before + 1
    source += before
    left -= before
  }
  return at
}

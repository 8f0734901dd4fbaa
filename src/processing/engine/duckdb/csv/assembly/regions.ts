import { lengthOf } from './text.ts'

/**
 * Pieces of the engine's memory in which long texts lie: texts whose pages touch are read in one piece, since nothing can be amiss between
 * them. A text remembers its piece in the bytes that the engine keeps its beginning in.
 */

/** Where it begins in the engine's memory, its length, where its copy lies. */
export const regionBytes: usize = 24

let regions: usize = 0
let count: i32 = 0

export function setRegions(at: usize): void {
  regions = at
  count = 0
}

export function regionCount(): i32 {
  return count
}

/** A text is most often in the piece of the one before, or in one of a few. */
const lookBack: i32 = 16

export function noteText(text: usize): void {
  const start = load<u64>(text + 8)
  const end = start + (lengthOf(text) as u64)
  const oldest = max(0, count - lookBack)
  for (let index = count - 1; index >= oldest; index -= 1) {
    if (!widen(regions + (index as usize) * regionBytes, start, end)) continue
    store<u32>(text + 4, index as u32)
    return
  }
  const region = regions + (count as usize) * regionBytes
  store<u64>(region, start)
  store<u64>(region + 8, end - start)
  store<u32>(text + 4, count as u32)
  count += 1
}

const pageShift: u64 = 12
const regionMax: u64 = 4 << 20

/** Makes a piece hold this text, too; false when it lies elsewhere. */
function widen(region: usize, start: u64, end: u64): bool {
  const low = load<u64>(region)
  const high = low + load<u64>(region + 8)
  if (start >= low && end <= high) return true
  if (start >> pageShift > ((high - 1) >> pageShift) + 1) return false
  if (((end - 1) >> pageShift) + 1 < low >> pageShift) return false
  const least = min(low, start)
  const most = max(high, end)
  if (most - least > regionMax) return false
  store<u64>(region, least)
  store<u64>(region + 8, most - least)
  return true
}

/** Where the copy of a long text lies. */
export function copyOf(text: usize): usize {
  const region = regions + (load<u32>(text + 4) as usize) * regionBytes
  const offset = load<u64>(text + 8) - load<u64>(region)
  return (load<u32>(region + 16) as usize) + (offset as usize)
}

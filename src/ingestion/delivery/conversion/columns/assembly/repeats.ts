import { Column, kindText, widthOf } from './column.ts'
import { mixed, sameBytes } from './dictionary.ts'

/** So few keys of a map are compared with one another. */
const fewMax: i32 = 8
/** Of more keys it is not told. */
const manyMax: i32 = 2048
const slotCount: u32 = 8192
/** Keys may be chosen so that all come to one slot. */
const probesMax: i32 = 64

/** For each slot the map that used it last, and where the key stands: four bytes each. */
let slots: usize = 0
export const repeatsBytes: usize = (slotCount as usize) * 8
/** Maps that were looked at by their slots. */
let maps: u32 = 0

export function setRepeats(at: usize): void {
  slots = at
  maps = 0
  memory.fill(slots, 0, repeatsBytes)
}

/** Whether one of so many keys that stand there is there twice, or it cannot be told. */
export function hasRepeats(column: Column, first: usize, count: i32): bool {
  if (count < 2) return false
  const width: usize = column.kind == kindText ? 0 : widthOf(column)
  return count <= fewMax ? isAmongFew(first, column.next, width) : isAmongMany(first, count, width)
}

/** What a key takes: of texts the width is told by their length. */
function sizeOf(at: usize, width: usize): usize {
  return width == 0 ? (load<u32>(at) as usize) + 4 : width
}

function isAmongFew(first: usize, end: usize, width: usize): bool {
  for (let at = first; at < end;) {
    const size = sizeOf(at, width)
    const next = at + size
    for (let other = next; other < end; other += sizeOf(other, width)) {
      if (sameBytes(at, other, size)) return true
    }
    at = next
  }
  return false
}

function isAmongMany(first: usize, count: i32, width: usize): bool {
  if (count > manyMax) return true
  maps += 1
  let at = first
  for (let index = 0; index < count; index += 1) {
    const size = sizeOf(at, width)
    let slot = (mixed(at, size) >> 40) as u32
    for (let probes = 0; ; probes += 1) {
      slot &= slotCount - 1
      const place = slots + (slot as usize) * 8
      if (load<u32>(place) != maps) {
        store<u32>(place, maps)
        store<u32>(place, at as u32, 4)
        break
      }
      if (probes == probesMax || sameBytes(load<u32>(place, 4) as usize, at, size)) return true
      slot += 1
    }
    at += size
  }
  return false
}

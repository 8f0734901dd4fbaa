import { kindDouble, kindFloat, kindText } from './column.ts'
import { lastBytes } from './dictionary.ts'

/** Where the least and the greatest of some values stand; of texts in the order of their bytes. */
export let least: usize = 0
export let greatest: usize = 0

/** Of at least one value. */
export function findBounds(kind: i32, width: usize, first: usize, end: usize): void {
  least = first
  greatest = first
  if (kind == kindText) ofTexts(first, end)
  else if (kind == kindDouble) ofNumbers<f64>(first, end)
  else if (kind == kindFloat) ofNumbers<f32>(first, end)
  else if (width == 8) ofNumbers<i64>(first, end)
  else ofNumbers<i32>(first, end)
}

/** None of them is a NaN, or a zero below zero. */
function ofNumbers<T>(first: usize, end: usize): void {
  let low = load<T>(first)
  let high = low
  for (let at = first + sizeof<T>(); at < end; at += sizeof<T>()) {
    const value = load<T>(at)
    if (value < low) {
      low = value
      least = at
    } else if (value > high) {
      high = value
      greatest = at
    }
  }
}

function ofTexts(first: usize, end: usize): void {
  let low = headOf(first)
  let high = low
  for (let at = first + 4 + (load<u32>(first) as usize); at < end;) {
    const head = headOf(at)
    if (head < low || (head == low && isLess(at, least))) {
      low = head
      least = at
    } else if (head > high || (head == high && isLess(greatest, at))) {
      high = head
      greatest = at
    }
    at += 4 + (load<u32>(at) as usize)
  }
}

/** The first eight bytes of a text, so that they compare as the text does; zeros behind a shorter one. */
function headOf(at: usize): u64 {
  const size = load<u32>(at) as usize
  return bswap(size < 8 ? lastBytes(at + 4, size) : load<u64>(at + 4))
}

function isLess(a: usize, b: usize): bool {
  const sizeA = load<u32>(a) as usize
  const sizeB = load<u32>(b) as usize
  const size = sizeA < sizeB ? sizeA : sizeB
  let at: usize = 4
  for (; at + 8 <= size + 4; at += 8) {
    const ofA = load<u64>(a + at)
    const ofB = load<u64>(b + at)
    if (ofA != ofB) return bswap(ofA) < bswap(ofB)
  }
  const left = size + 4 - at
  const ofA = bswap(lastBytes(a + at, left))
  const ofB = bswap(lastBytes(b + at, left))
  return ofA == ofB ? sizeA < sizeB : ofA < ofB
}

import { kindText } from './column.ts'
import { putPacked, putRun } from './runs.ts'

/**
 * The values of a column that differ, each once, and for each value the number of its like. It is given up where there are too many: then values are
 * best kept as they are.
 */

export const entriesMax: i32 = 1 << 14
const slotBits: u64 = 15
const slotCount: usize = (1 as usize) << (slotBits as usize)
/** From so many entries on, as many values as twice that must have been seen. */
const trial: i32 = 1024
/** Values may be chosen so that all come to one slot. */
const probesMax: i32 = 64

/** An entry's number, counted from 1, in two bytes; 0 for none. */
let slots: usize = 0
/** Where each entry stands, in four bytes. */
let places: usize = 0
/** For each value the number of its entry, in two bytes. */
export let numbers: usize = 0
/** Of the last that was made. */
export let entryCount: i32 = 0

/** What all of it takes, for columns of so many values. */
export function dictionaryBytes(values: i32): usize {
  return slotCount * 2 + (entriesMax as usize) * 4 + (values as usize) * 2 + 64
}

export function setDictionary(at: usize): void {
  slots = at
  places = slots + slotCount * 2
  numbers = places + (entriesMax as usize) * 4
}

/** Makes one of values that stand one after the other. False when it is given up. */
export function makeDictionary(kind: i32, width: usize, first: usize, count: i32): bool {
  entryCount = 0
  memory.fill(slots, 0, slotCount * 2)
  if (kind == kindText) return ofTexts(first, count)
  return width == 8 ? ofNumbers<u64>(first, count) : ofNumbers<u32>(first, count)
}

function ofNumbers<T>(first: usize, count: i32): bool {
  let at = first
  for (let index = 0; index < count; index += 1, at += sizeof<T>()) {
    const value = load<T>(at)
    const bits = value as u64
    let slot = slotOf(sizeof<T>() == 8 ? bits ^ (bits >> 32) : bits)
    for (let probes = 0; ; probes += 1) {
      const entry = load<u16>(slots + slot * 2) as i32
      if (entry == 0) {
        if (probes > probesMax || !enter(slot, at, index)) return false
        break
      }
      if (load<T>(placeOf(entry - 1)) == value) {
        note(index, entry - 1)
        break
      }
      slot = (slot + 1) & (slotCount - 1)
    }
  }
  return true
}

function ofTexts(first: usize, count: i32): bool {
  let at = first
  for (let index = 0; index < count; index += 1) {
    const size = load<u32>(at) as usize
    let slot = slotOf(mixed(at + 4, size))
    for (let probes = 0; ; probes += 1) {
      const entry = load<u16>(slots + slot * 2) as i32
      if (entry == 0) {
        if (probes > probesMax || !enter(slot, at, index)) return false
        break
      }
      if (sameBytes(placeOf(entry - 1), at, size + 4)) {
        note(index, entry - 1)
        break
      }
      slot = (slot + 1) & (slotCount - 1)
    }
    at += 4 + size
  }
  return true
}

function slotOf(value: u64): usize {
  return ((value * 0x9e3779b97f4a7c15) >> (64 - slotBits)) as usize
}

/** Bytes behind the text's end count for nothing. */
export function mixed(start: usize, size: usize): u64 {
  let value: u64 = size as u64
  let at = start
  let left = size
  for (; left >= 8; left -= 8) {
    value = (value ^ load<u64>(at)) * 0x9e3779b97f4a7c15
    value ^= value >> 32
    at += 8
  }
  if (left == 0) return value
  value = (value ^ lastBytes(at, left)) * 0x9e3779b97f4a7c15
  return value ^ (value >> 32)
}

/** Fewer than eight bytes, the first the lowest. */
export function lastBytes(at: usize, count: usize): u64 {
  return load<u64>(at) & (((1 as u64) << ((count << 3) as u64)) - 1)
}

export function sameBytes(a: usize, b: usize, size: usize): bool {
  let left = size
  let at = a
  let other = b
  for (; left >= 8; left -= 8) {
    if (load<u64>(at) != load<u64>(other)) return false
    at += 8
    other += 8
  }
  return left == 0 || lastBytes(at, left) == lastBytes(other, left)
}

/** False when there are too many entries for the values that were seen. */
function enter(slot: usize, at: usize, index: i32): bool {
  if (entryCount == entriesMax) return false
  if (entryCount >= trial && entryCount * 2 > index) return false
  store<u32>(places + (entryCount as usize) * 4, at as u32)
  note(index, entryCount)
  entryCount += 1
  store<u16>(slots + slot * 2, entryCount as u16)
  return true
}

function note(index: i32, entry: i32): void {
  store<u16>(numbers + (index as usize) * 2, entry as u16)
}

function placeOf(entry: i32): usize {
  return load<u32>(places + (entry as usize) * 4) as usize
}

/** Bytes of the entries, as values. */
export function entryBytes(kind: i32, width: usize): usize {
  if (kind != kindText) return (entryCount as usize) * width
  let sum: usize = 0
  for (let entry = 0; entry < entryCount; entry += 1) {
    sum += (load<u32>(placeOf(entry)) as usize) + 4
  }
  return sum
}

/** Writes the entries as values. */
export function putEntries(kind: i32, width: usize, first: usize): void {
  let to = first
  for (let entry = 0; entry < entryCount; entry += 1) {
    const at = placeOf(entry)
    const size: usize = kind == kindText ? (load<u32>(at) as usize) + 4 : width
    memory.copy(to, at, size)
    to += size
  }
}

/** Bits that the number of an entry takes. */
export function numberBits(): i32 {
  return entryCount < 2 ? 1 : 32 - (clz(entryCount - 1) as i32)
}

/** The numbers of `count` values as Parquet has them: their width, then one run. Behind it. */
export function putNumbers(count: i32, first: usize): usize {
  const bits = numberBits()
  store<u8>(first, bits)
  if (entryCount == 1) return putRun(count, 0, first + 1)
  return putPacked<u16>(numbers, numbers + ((count as usize) << 1), bits, first + 1)
}

/**
 * CRC-64/NVME: what `../crc64.ts` calls. Four stretches of the bytes are looked up side by side, since each look-up waits for the one before
 * it in its stretch; then their values are put together.
 */

/** Reversed: https://reveng.sourceforge.io/crc-catalogue/all.htm#crc.cat.crc-64-nvme */
const polynomial: u64 = 0x9a6c9329ac4bc9b5

const stretchBytes: usize = 512
/** Of each byte, with 7 to 0 zero bytes behind it: the first byte of a word has seven behind it. */
const tables = memory.data(16_384, 16)
/** Of each byte of a value, with a stretch of zero bytes behind it. */
const shifts = memory.data(16_384, 16)

/** Where the bytes are laid. */
const bytes = memory.data(65_536, 16)

export function bytesAt(): usize {
  return bytes
}

export function bytesMax(): usize {
  return 65_536
}

/** The value of so many bytes behind others, whose value is `before`: 0 where there are none. */
export function crcOf(sizeBytes: usize, before: u64): u64 {
  if (load<u64>(tables, 8) == 0) fillTables()
  let crc = ~before
  let at = bytes
  const end = at + sizeBytes
  while (end - at >= 4 * stretchBytes) {
    crc = fourStretches(at, crc)
    at += 4 * stretchBytes
  }
  for (; end - at >= 8; at += 8) crc = word(crc ^ load<u64>(at))
  for (; at < end; at += 1) crc = byteStep(crc, load<u8>(at))
  return ~crc
}

function fourStretches(at: usize, before: u64): u64 {
  let first = before
  let second: u64 = 0
  let third: u64 = 0
  let fourth: u64 = 0
  for (let end = at + stretchBytes; at < end; at += 8) {
    first = word(first ^ load<u64>(at))
    second = word(second ^ load<u64>(at, stretchBytes))
    third = word(third ^ load<u64>(at, 2 * stretchBytes))
    fourth = word(fourth ^ load<u64>(at, 3 * stretchBytes))
  }
  return shifted(shifted(shifted(first) ^ second) ^ third) ^ fourth
}

function word(value: u64): u64 {
  return lookUp(tables, value)
}

function shifted(value: u64): u64 {
  return lookUp(shifts, value)
}

function lookUp(from: usize, value: u64): u64 {
  const low = entry(from, 0, value) ^ entry(from, 1, value >> 8)
  const lowNext = entry(from, 2, value >> 16) ^ entry(from, 3, value >> 24)
  const high = entry(from, 4, value >> 32) ^ entry(from, 5, value >> 40)
  const highest = entry(from, 6, value >> 48) ^ entry(from, 7, value >> 56)
  return low ^ lowNext ^ (high ^ highest)
}

function entry(from: usize, table: usize, value: u64): u64 {
  return load<u64>(placeOf(from, table, <usize>value & 255))
}

function placeOf(from: usize, table: usize, byte: usize): usize {
  return from + (table << 11) + (byte << 3)
}

function byteStep(crc: u64, byte: u8): u64 {
  return entry(tables, 7, crc ^ byte) ^ (crc >> 8)
}

function fillTables(): void {
  for (let byte: usize = 0; byte < 256; byte += 1) {
    let crc = <u64>byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ polynomial : crc >> 1
    store<u64>(placeOf(tables, 7, byte), crc)
  }
  for (let table: usize = 7; table > 0; table -= 1) {
    for (let byte: usize = 0; byte < 256; byte += 1) {
      const crc = load<u64>(placeOf(tables, table, byte))
      store<u64>(placeOf(tables, table - 1, byte), byteStep(crc, 0))
    }
  }
  for (let place: usize = 0; place < 8; place += 1) {
    for (let byte: usize = 0; byte < 256; byte += 1) {
      let crc = (<u64>byte) << ((<u64>place) << 3)
      for (let behind: usize = 0; behind < stretchBytes; behind += 8) crc = word(crc)
      store<u64>(placeOf(shifts, place, byte), crc)
    }
  }
}

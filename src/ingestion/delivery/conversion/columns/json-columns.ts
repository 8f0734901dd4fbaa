import type { LogPage } from '#ingestion/streams'
import { instantiateWasm, type WasmModule } from '#kit'
import { wasm } from './assembly.generated.ts'
import type { FramingOptions } from '../json-framer.ts'
import { nodesOf, textKind, type ColumnNode, type JsonColumn } from './column-shape.ts'

/** Decimals of more digits are not taken. */
export const decimalDigitsMax = 18

/** A page of Parquet without its header. */
export interface Page {
  /** Packed, if that was asked for. */
  readonly bytes: Uint8Array
  readonly plainBytes: number
}

/** What a column is of some rows, in Parquet. Good until rows are taken again. */
export interface ColumnPages {
  /** The values are numbers of its entries, if there is one. */
  readonly dictionary: (Page & { readonly entries: number }) | undefined
  readonly values: Page
  /** Values and gaps. */
  readonly entryCount: number
  /** Gaps: a list that is empty or not there is one of what would be in it. */
  readonly absentCount: number
  /** The bounds of the values, as they are written; texts without their length. Undefined without values. */
  readonly least: Uint8Array | undefined
  readonly greatest: Uint8Array | undefined
}

export interface Taken {
  /** Nothing of the page is left. */
  readonly all: boolean
  /** A record that is not plain: its place in the page, and its bytes. Those before it were taken. */
  readonly odd?: { readonly number: number; readonly data: Uint8Array }
}

/** `assembly/index.ts` */
interface Exports extends WasmModule {
  powersAt(): number
  begin(count: number, lowerKeys: boolean, dotsToUnderscores: boolean, quotedNumbers: boolean): void
  setPlace(
    index: number,
    behind: number,
    members: number,
    definition: number,
    repetition: number,
  ): void
  setColumn(
    index: number,
    kind: number,
    size: number,
    scale: number,
    keyBytes: number,
    valueBytes: number,
    levelBytes: number,
  ): number
  inputAt(sizeBytes: number, count: number): number
  placesAt(sizeBytes: number): number
  takeRecords(places: number, from: number, count: number): number
  rows(): number
  encode(packs: boolean): number
  clear(): void
}

/** What of the reader matters here. */
export interface TakingOptions extends FramingOptions {
  /** Numbers may stand in quotes. */
  readonly quotedNumbers: boolean
}

/** `Pages` of `assembly/page.ts`. */
const pagesBytes = 52

/** Of a column of texts, or one within others; a record of more is not taken. */
const textBytesMax = 8 << 20
const textBytesMin = 2 << 20
/** Of all of them, if there are not too many. */
const textsBytesMax = 48 << 20
const pageBytes = 1 << 20
/** With more the memory would be large. */
export const columnsMax = 128

/**
 * JSON records as columns, in one pass over their bytes in WebAssembly. It takes only what is plain: objects that are right in every respect, with keys
 * of ASCII without escapes, each once, and values of just the types of their columns.
 */
export class JsonColumns implements Disposable {
  readonly #module: Exports
  readonly #nodes: readonly ColumnNode[]

  constructor(columns: readonly JsonColumn[], options: TakingOptions) {
    const { lowerKeys, dotsToUnderscores, quotedNumbers } = options
    const nodes = nodesOf(columns)
    this.#nodes = nodes
    const module = (spare ?? newModule()) as Exports
    spare = undefined
    this.#module = module
    module.begin(nodes.length, lowerKeys, dotsToUnderscores, quotedNumbers)
    const wide = nodes.filter(isWide).length
    const shareBytes = Math.floor(textsBytesMax / Math.max(1, wide))
    const roomBytes = Math.max(textBytesMin, Math.min(textBytesMax, shareBytes)) & ~63
    for (const [index, node] of nodes.entries()) {
      const { kind, size, scale, key, behind, members, definition, repetition, holds } = node
      const text = Buffer.from(key === undefined ? '' : `"${key}":`)
      const valueBytes = isWide(node) ? roomBytes : 0
      const levelBytes = holds === 'levels' ? roomBytes / 4 : 0
      module.setPlace(index, behind, members, definition, repetition)
      const at = module.setColumn(index, kind, size, scale, text.length, valueBytes, levelBytes)
      this.#bytes(at, text.length).set(text)
    }
    module.clear()
  }

  /** Rows that are held. */
  get rows(): number {
    return this.#module.rows()
  }

  /** Copies a page to where its records can be taken. */
  load({ bytes, starts, ends }: LogPage): void {
    const count = starts.length
    let first = starts[0]!
    let last = 0
    for (let index = 0; index < count; index += 1) {
      if (starts[index]! < first) first = starts[index]!
      if (ends[index]! > last) last = ends[index]!
    }
    const sizeBytes = last - first
    const { at, places } = this.#makeRoom(sizeBytes, count)
    this.#bytes(at, sizeBytes).set(bytes.subarray(first, last))
    for (let index = 0; index < count; index += 1) {
      places[index] = starts[index]! - first
      places[count + index] = ends[index]! - first
    }
  }

  /** The same of records from this one on, as many as make about a page: the first that is not among them. */
  loadRecords(records: readonly { readonly data: Uint8Array }[], from: number): number {
    let sizeBytes = 0
    let to = from
    while (to < records.length && (to === from || sizeBytes < pageBytes)) {
      sizeBytes += records[to]!.data.byteLength
      to += 1
    }
    const count = to - from
    const { at, places } = this.#makeRoom(sizeBytes, count)
    const bytes = this.#bytes(at, sizeBytes)
    let used = 0
    for (let index = 0; index < count; index += 1) {
      const { data } = records[from + index]!
      bytes.set(data, used)
      places[index] = used
      used += data.byteLength
      places[count + index] = used
    }
    return to
  }

  #makeRoom(sizeBytes: number, count: number) {
    const at = this.#module.inputAt(sizeBytes, count)
    const placesAt = this.#module.placesAt(sizeBytes)
    this.#loaded = { at, placesAt, count, taken: 0 }
    return { at, places: new Uint32Array(this.#module.memory.buffer, placesAt, 2 * count) }
  }

  #loaded = { at: 0, placesAt: 0, count: 0, taken: 0 }

  /** Takes records of the page until there is no more room, or up to one that is not plain, which is passed over. */
  take(): Taken {
    const { placesAt, count, taken } = this.#loaded
    const found = this.#module.takeRecords(placesAt, taken, count)
    // One for which there is no room even when there is no other is not plain either.
    const odd = found < 0 ? -1 - found : found === taken && this.rows === 0 ? found : count
    if (odd === count) {
      this.#loaded.taken = found
      return { all: found === count }
    }
    this.#loaded.taken = odd + 1
    return { all: odd + 1 === count, odd: { number: odd, data: this.#record(odd) } }
  }

  #record(number: number): Uint8Array {
    const { at, placesAt, count } = this.#loaded
    const places = new Uint32Array(this.#module.memory.buffer, placesAt, 2 * count)
    const start = places[number]!
    return this.#bytes(at + start, places[count + number]! - start).slice()
  }

  /** Makes pages of the columns of all rows that are held, but not of what holds others. */
  encode(packs: boolean): readonly ColumnPages[] {
    const at = this.#module.encode(packs)
    const { buffer } = this.#module.memory
    return this.#nodes.flatMap(({ holds }, index) => {
      if (holds === 'others') return []
      const told = new Uint32Array(buffer, at + index * pagesBytes, pagesBytes / 4)
      const bytes = (field: number) => this.#bytes(told[field]!, told[field + 1]!)
      const entries = told[0]!
      const entryCount = told[7]!
      const absentCount = told[8]!
      const hasValues = absentCount < entryCount
      const pages: ColumnPages = {
        dictionary: entries === 0 ? undefined : { entries, bytes: bytes(1), plainBytes: told[3]! },
        values: { bytes: bytes(4), plainBytes: told[6]! },
        entryCount,
        absentCount,
        least: hasValues ? bytes(9) : undefined,
        greatest: hasValues ? bytes(11) : undefined,
      }
      return [pages]
    })
  }

  /** Lets go of all rows. */
  clear(): void {
    this.#module.clear()
  }

  [Symbol.dispose](): void {
    if (this.#module.memory.buffer.byteLength <= spareBytesMax) spare = this.#module
  }

  #bytes(at: number, sizeBytes: number): Uint8Array {
    return new Uint8Array(this.#module.memory.buffer, at, sizeBytes)
  }
}

/** How many bytes its values take is not told by the number of rows. */
function isWide({ kind, holds }: ColumnNode): boolean {
  return holds === 'levels' || (holds === 'rows' && kind === textKind)
}

/** One is kept for the next: memory that was touched is costly to get anew. */
let spare: Exports | undefined
const spareBytesMax = 128 << 20

function newModule(): Exports {
  const module = instantiateWasm<Exports>(wasm)
  const at = module.powersAt()
  // The first instance grows to what it needs; the table lies at its start.
  const needed = at + powersOfFive.byteLength - module.memory.buffer.byteLength
  if (needed > 0) module.memory.grow(Math.ceil(needed / 65_536))
  new BigUint64Array(module.memory.buffer, at, powersOfFive.length).set(powersOfFive)
  return module
}

/**
 * Five to the power of -342 to 308, in 128 bits of which the highest is set, cut off, upper half first; those below zero rounded up:
 * https://github.com/fastfloat/fast_float/blob/main/script/table_generation.py
 */
const powersOfFive = BigUint64Array.from(
  Array.from({ length: 651 }, (_, index) => powerOfFive(index - 342)).flatMap((power) => [
    power >> 64n,
    power & 0xffffffffffffffffn,
  ]),
)

function powerOfFive(exponent: number): bigint {
  const power = 5n ** BigInt(Math.abs(exponent))
  const bits = BigInt(power.toString(2).length)
  if (exponent >= 0) return bits > 128n ? power >> (bits - 128n) : power << (128n - bits)
  if (exponent >= -27) return 2n ** (bits + 127n) / power + 1n
  const inverse = 2n ** (2n * bits + 128n) / power + 1n
  return inverse >> (BigInt(inverse.toString(2).length) - 128n)
}

import type { LogPage } from '#ingestion/streams'
import { instantiateWasm, type WasmModule } from '#kit'
import { wasm } from './assembly.generated.ts'
import type { FramingOptions } from '../json-framer.ts'

/** What a column takes as it stands in JSON. Texts also take numbers and words. */
export type ColumnKind =
  | 'text'
  | 'binary'
  | 'tinyint'
  | 'smallint'
  | 'int'
  | 'bigint'
  | 'float'
  | 'double'
  | 'decimal'
  | 'boolean'
  | 'date'
  /** ISO 8601 or SQL's form. */
  | 'timestamp'
  | 'sqlTimestamp'

export interface ColumnType {
  readonly kind: ColumnKind
  /** Of decimals: digits in all. Of texts: letters that are kept. */
  readonly size?: number
  /** Of decimals: digits behind the point. */
  readonly scale?: number
}

export interface JsonColumn extends ColumnType {
  /** As it stands in the records. */
  readonly key: string
}

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
  setColumn(
    index: number,
    kind: number,
    size: number,
    scale: number,
    keyBytes: number,
    textBytes: number,
  ): number
  inputAt(sizeBytes: number, count: number): number
  placesAt(sizeBytes: number): number
  takeRecords(places: number, from: number, count: number): number
  rows(): number
  encode(packs: boolean): number
  clear(): void
}

const kinds: Readonly<Record<ColumnKind, readonly [kind: number, size?: number]>> = {
  text: [0],
  binary: [0],
  tinyint: [1, 8],
  smallint: [1, 16],
  int: [1, 32],
  bigint: [1, 64],
  double: [2],
  boolean: [3],
  date: [4],
  timestamp: [5],
  sqlTimestamp: [6],
  float: [7],
  decimal: [8],
}

/** What of the reader matters here. */
export interface TakingOptions extends FramingOptions {
  /** Numbers may stand in quotes. */
  readonly quotedNumbers: boolean
}

/** `Pages` of `assembly/page.ts`. */
const pagesBytes = 48

/** Of a column of texts; a record of more is not taken. */
const textBytesMax = 8 << 20
const textBytesMin = 2 << 20
/** Of all of them, if there are not too many. */
const textsBytesMax = 48 << 20
const pageBytes = 1 << 20
/** With more the memory would be large. */
export const columnsMax = 128

/**
 * JSON records as columns, in one pass over their bytes in WebAssembly. It takes only what is plain: objects that are right in every respect, with keys
 * as they shall be, each once, and values of just the types of their columns.
 */
export class JsonColumns implements Disposable {
  readonly #module: Exports
  readonly #columns: readonly JsonColumn[]

  constructor(columns: readonly JsonColumn[], options: TakingOptions) {
    const { lowerKeys, dotsToUnderscores, quotedNumbers } = options
    this.#columns = columns
    const module = (spare ?? newModule()) as Exports
    spare = undefined
    this.#module = module
    module.begin(columns.length, lowerKeys, dotsToUnderscores, quotedNumbers)
    const texts = columns.filter(({ kind }) => kinds[kind][0] === 0).length
    const textBytes = Math.floor(textsBytesMax / Math.max(1, texts))
    const roomBytes = Math.max(textBytesMin, Math.min(textBytesMax, textBytes))
    for (const [index, { key, kind, size = 0, scale = 0 }] of columns.entries()) {
      const text = Buffer.from(`"${key}":`)
      const [number, fixed = size] = kinds[kind]
      const at = module.setColumn(index, number, fixed, scale, text.length, roomBytes)
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
    const first = starts[0]!
    const sizeBytes = ends.at(-1)! - first
    const { at, places } = this.#makeRoom(sizeBytes, starts.length)
    this.#bytes(at, sizeBytes).set(bytes.subarray(first, first + sizeBytes))
    const count = starts.length
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

  /** Makes pages of the columns of all rows that are held. */
  encode(packs: boolean): readonly ColumnPages[] {
    const at = this.#module.encode(packs)
    const { buffer } = this.#module.memory
    return this.#columns.map((_, index) => {
      const told = new Uint32Array(buffer, at + index * pagesBytes, pagesBytes / 4)
      const bytes = (field: number) => this.#bytes(told[field]!, told[field + 1]!)
      const entries = told[0]!
      const absentCount = told[7]!
      const hasValues = absentCount < this.rows
      return {
        dictionary: entries === 0 ? undefined : { entries, bytes: bytes(1), plainBytes: told[3]! },
        values: { bytes: bytes(4), plainBytes: told[6]! },
        absentCount,
        least: hasValues ? bytes(8) : undefined,
        greatest: hasValues ? bytes(10) : undefined,
      }
    })
  }

  get columns(): readonly JsonColumn[] {
    return this.#columns
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

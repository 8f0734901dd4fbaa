import { type DuckDBDataChunk, type DuckDBResult, DuckDBTypeId } from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import { instantiateWasm, type WasmModule } from '#kit'
import { wasm } from './assembly.generated.ts'
import { javaPowers } from './java-powers.ts'

interface Exports extends WasmModule {
  powersAt(): number
  begin(columnCount: number): void
  take(sizeBytes: bigint): number
  setColumn(index: number, kind: number, values: number, valid: number, digits: number): void
  takeRows(from: number, to: number, bytesMax: number): number
  piecesAt(): number
  pieceCount(): number
  takePiece(index: number): number
  writeRows(from: number, to: number): number
  linesAt(): number
  mark(): number
  release(to: number): void
}

/** Of the module: its number, and the bytes of a value. */
type Kind = readonly [number: number, sizeBytes: number]

const kinds: ReadonlyMap<DuckDBTypeId, Kind> = new Map([
  [DuckDBTypeId.VARCHAR, [0, 16]],
  [DuckDBTypeId.BOOLEAN, [1, 1]],
  [DuckDBTypeId.TINYINT, [2, 1]],
  [DuckDBTypeId.SMALLINT, [3, 2]],
  [DuckDBTypeId.INTEGER, [4, 4]],
  [DuckDBTypeId.BIGINT, [5, 8]],
  [DuckDBTypeId.DOUBLE, [6, 8]],
  [DuckDBTypeId.TIMESTAMP, [7, 8]],
])

/** A piece of the engine's memory: where it begins, its length, where its copy lies. */
const pieceBytes = 24
/** Of long texts that are copied at once. */
const longBytesMax = 8 << 20

/**
 * Chunks of a result as lines of CSV, in WebAssembly: every value quoted, NULL as nothing, doubles as Java writes them. Columns are texts,
 * booleans, whole numbers of at most 64 bits, doubles and timestamps.
 */
export class CsvLines {
  readonly #module = csvModule()
  readonly #kinds: readonly Kind[]
  readonly #digits: readonly number[]

  /** `digits`: of a second, for each column, where it is a timestamp. */
  constructor(result: DuckDBResult, digits: readonly number[] = []) {
    this.#digits = digits
    this.#kinds = Array.from({ length: result.columnCount }, (_, index) => {
      const kind = kinds.get(result.columnTypeId(index))
      if (kind) return kind
      throw new Error(`a column of ${String(result.columnType(index))} is not written as CSV`)
    })
  }

  /** Gives the lines of a chunk to `write`, in one piece or several, good until it returns. */
  write({ chunk, rowCount }: DuckDBDataChunk, write: (lines: Uint8Array) => void): void {
    const module = this.#module
    module.begin(this.#kinds.length)
    for (const [index, [number, sizeBytes]] of this.#kinds.entries()) {
      const vector = duckdb.data_chunk_get_vector(chunk, index)
      const values = this.#copy(duckdb.vector_get_data(vector, rowCount * sizeBytes))
      const bits = duckdb.vector_get_validity(
        vector,
        Math.ceil(rowCount / 64) * 8,
      ) as Uint8Array | null
      module.setColumn(index, number, values, bits ? this.#copy(bits) : 0, this.#digits[index] ?? 6)
    }
    const mark = module.mark()
    for (let from = 0; from < rowCount;) {
      const to = module.takeRows(from, rowCount, longBytesMax)
      this.#copyPieces()
      const sizeBytes = module.writeRows(from, to)
      write(new Uint8Array(module.memory.buffer, module.linesAt(), sizeBytes))
      module.release(mark)
      from = to
    }
  }

  #copy(bytes: Uint8Array): number {
    const at = this.#module.take(BigInt(bytes.length))
    new Uint8Array(this.#module.memory.buffer, at, bytes.length).set(bytes)
    return at
  }

  #copyPieces(): void {
    const module = this.#module
    const first = module.piecesAt()
    const count = module.pieceCount()
    for (let index = 0; index < count; index += 1) {
      const to = module.takePiece(index)
      const { buffer } = module.memory
      const piece = first + index * pieceBytes
      const sizeBytes = Number(new DataView(buffer).getBigUint64(piece + 8, true))
      // Reads the address that stands there.
      const bytes = duckdb.get_data_from_pointer(buffer, piece, sizeBytes)
      new Uint8Array(buffer, to, sizeBytes).set(bytes)
    }
  }
}

let made: Exports | undefined

/**
 * The one instance of a process, which serves one result after the other. Its memory has 10 GiB of addresses from the beginning, of which it uses
 * what it needs: so it is made before the address space of a process is bounded.
 */
export function csvModule(): Exports {
  if (made) return made
  const module = instantiateWasm<Exports>(wasm)
  const at = module.powersAt()
  // Room for them is made before anything else has any.
  module.begin(0)
  const powers = javaPowers()
  new BigUint64Array(module.memory.buffer, at, powers.length).set(powers)
  made = module
  return module
}

import { existsSync, statSync } from 'node:fs'
import { DuckDBDataChunk, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api'
import { type Batch, type Encoding, type FileField, openFile, sizeOfValue } from '#storage/formats'
import { columnType, type ColumnType } from './column-types.ts'
import { openFileSource } from './file-source.ts'
import type { PreparedBytes } from './prepared-bytes.ts'

/** Of one part: what is held in memory before it is written. */
const partRows = 122_880
const partTextMax = 64 * 1024 * 1024

/** The columns of a decoded file have their places as names: `f0`, `f1`, … */
export function placeName(index: number): string {
  return `f${index}`
}

/**
 * Decodes a file into Parquet files `<output>.0.parquet`, `<output>.1.parquet`, …: at least one, so that a pattern
 * finds something. Nothing but a part of the rows is in memory at a time.
 */
export async function decodeFile(
  connection: DuckDBConnection,
  options: {
    readonly input: string
    readonly output: string
    readonly encoding: Encoding
    readonly columns: readonly FileField[]
    /** With a last column `row_number`, from 0. */
    readonly numbered: boolean
    readonly bytes: PreparedBytes
  },
): Promise<void> {
  const { input, output, encoding, columns, numbered, bytes } = options
  using source = openFileSource(input)
  const file = await openFile(source, encoding)
  const found = columns.map(({ type }, index) => ({
    name: placeName(index),
    type: columnType(type),
  }))
  if (numbered) found.push({ name: 'row_number', type: columnType({ kind: 'int64' }) })
  // A table needs a column, though only rows may be wanted.
  if (found.length === 0) found.push(rowMark)
  const part = new Part(connection, output, found, bytes)
  let rows = 0n
  await part.open()
  for await (const batch of file.rows(columns)) {
    part.append(numbered ? withNumbers(batch, rows) : batch)
    rows += BigInt(batch.rowCount)
    if (part.isFull) await part.write()
  }
  await part.finish()
}

interface PartColumn {
  readonly name: string
  readonly type: ColumnType
}

const rowMark: PartColumn = { name: placeName(0), type: columnType({ kind: 'boolean' }) }

function withNumbers({ rowCount, columns }: Batch, first: bigint): Batch {
  const numbers = Array.from({ length: rowCount }, (_, at) => first + BigInt(at))
  return { rowCount, columns: [...columns, numbers] }
}

/** The rows that are not written yet, in a table of the engine's. */
class Part {
  readonly #connection: DuckDBConnection
  readonly #output: string
  readonly #columns: readonly PartColumn[]
  readonly #bytes: PreparedBytes
  #appender: Awaited<ReturnType<DuckDBConnection['createAppender']>> | undefined
  #rows = 0
  #text = 0
  #written = 0

  constructor(
    connection: DuckDBConnection,
    output: string,
    columns: readonly PartColumn[],
    bytes: PreparedBytes,
  ) {
    this.#connection = connection
    this.#output = output
    this.#columns = columns
    this.#bytes = bytes
  }

  async open(): Promise<void> {
    const columns = this.#columns.map(({ name, type }) => `${name} ${String(type.type)}`)
    await this.#connection.run(`CREATE OR REPLACE TEMP TABLE decoded_part (${columns.join(', ')})`)
    this.#appender = await this.#connection.createAppender('decoded_part', 'main', 'temp')
  }

  get isFull(): boolean {
    return this.#rows >= partRows || this.#text >= partTextMax
  }

  append({ rowCount, columns }: Batch): void {
    const chunk = DuckDBDataChunk.create(
      this.#columns.map(({ type }) => type.type),
      rowCount,
    )
    for (const [index, { type }] of this.#columns.entries()) {
      const { convert } = type
      const values = columns[index] ?? Array.from({ length: rowCount }, () => null)
      for (const value of values) {
        if (typeof value !== 'number') this.#text += sizeOfValue(value)
      }
      chunk.setColumnValues(
        index,
        convert ? values.map(convert) : (values as readonly DuckDBValue[]),
      )
    }
    this.#appender!.appendDataChunk(chunk)
    this.#rows += rowCount
  }

  async write(): Promise<void> {
    this.#appender!.closeSync()
    const path = `${this.#output}.${this.#written++}.parquet`
    // An input is a link to a blob: it must never be written over.
    if (existsSync(path)) throw new Error('its output is there already')
    await this.#connection.run(
      `COPY decoded_part TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`,
    )
    this.#bytes.add(statSync(path).size)
    this.#rows = 0
    this.#text = 0
    await this.open()
  }

  async finish(): Promise<void> {
    if (this.#rows > 0 || this.#written === 0) await this.write()
    this.#appender!.closeSync()
    await this.#connection.run('DROP TABLE temp.decoded_part')
  }
}

import { open, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFully } from '#kit'
import { malformedRecord, type BadRecord } from '../bad-record.ts'
import type { RowsInput } from '../convert-rows.ts'
import { JsonFramer } from '../json-framer.ts'
import { Lines } from '../lines.ts'
import type { ColumnField } from './column-shape.ts'
import { JsonColumns, type TakingOptions } from './json-columns.ts'
import { chunkOf, footerOf, magic, type Packing, type RowGroup } from './parquet.ts'

/** Rows that follow one another in a file of their own: columns, or the lines of one record that is not plain. */
export interface Part {
  readonly kind: 'columns' | 'lines'
  /** For the engine. */
  readonly name: string
  readonly path: string
}

export interface WrittenColumns {
  readonly parts: readonly Part[]
  /** In all files of columns together. */
  readonly columnRows: number
  /** A row for each, in the order of the parts. */
  readonly lines: Lines
  /** Records that are no JSON. */
  readonly bad: ReadonlyMap<number, BadRecord>
}

/** Records that are not plain: with more, one way for all of them costs less. */
const oddMax = 32

/**
 * Writes the records as columns, a row for each, and the few that are not plain as lines between them. Undefined when there are more of those: then all
 * have to be read again.
 */
export async function writeColumns(
  input: Pick<RowsInput, 'records' | 'folder'>,
  columns: readonly ColumnField[],
  framing: TakingOptions,
  packing: Packing = 'UNCOMPRESSED',
): Promise<WrittenColumns | undefined> {
  using taking = new JsonColumns(columns, framing)
  await using writing = new PartsWriting(input.folder, { taking, columns, packing }, framing)
  for await (const given of input.records()) {
    for (let from = 0, all = false; !all;) {
      let count: number
      if ('page' in given) {
        taking.load(given.page)
        count = given.page.starts.length
        given.page.release()
        all = true
      } else {
        if (from === given.length) break
        const to = taking.loadRecords(given, from)
        count = to - from
        from = to
      }
      if (!(await writing.takeLoaded(count))) return undefined
    }
  }
  // Awaited here: what is open is closed on the way out.
  const written = await writing.end()
  return written
}

interface Encoding {
  readonly taking: JsonColumns
  readonly columns: readonly ColumnField[]
  readonly packing: Packing
}

class PartsWriting implements AsyncDisposable {
  readonly #folder: string
  readonly #encoding: Encoding
  readonly #framing: TakingOptions
  readonly #parts: Part[] = []
  readonly #lines = new Lines()
  readonly #bad = new Map<number, BadRecord>()
  #file: ColumnsFile | undefined
  /** Of all pages before. */
  #records = 0
  /** Records whose rows are noted. */
  #noted = 0
  #odd = 0
  #columnRows = 0

  constructor(folder: string, encoding: Encoding, framing: TakingOptions) {
    this.#folder = folder
    this.#encoding = encoding
    this.#framing = framing
  }

  /** Takes the page of so many records that was loaded. False when too many of all were odd. */
  async takeLoaded(count: number): Promise<boolean> {
    for (let all = false; !all;) {
      const taken = this.#encoding.taking.take()
      all = taken.all
      if (taken.odd) {
        this.#odd += 1
        if (this.#odd > oddMax) return false
        await this.#writeOdd(this.#records + taken.odd.number, taken.odd.data)
      } else if (!all) await this.#flush()
    }
    this.#records += count
    return true
  }

  async end(): Promise<WrittenColumns> {
    await this.#endColumns(this.#records)
    const columnRows = this.#columnRows
    return { parts: this.#parts, columnRows, lines: this.#lines, bad: this.#bad }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close()
  }

  async #flush(): Promise<void> {
    this.#file ??= await ColumnsFile.open(this.#add('columns').path, this.#encoding)
    this.#columnRows += await this.#file.flush()
  }

  /** Ends the part of the records before this one. */
  async #endColumns(record: number): Promise<void> {
    this.#noteRows(record)
    if (!this.#file && this.#encoding.taking.rows === 0) return
    await this.#flush()
    await this.#file!.end()
    await this.#file!.close()
    this.#file = undefined
  }

  /** Each record before this one, and not noted yet, is a row. */
  #noteRows(record: number): void {
    const count = record - this.#noted
    if (count > 0) this.#lines.addEach(this.#noted, count, 0)
    this.#noted = record
  }

  async #writeOdd(record: number, data: Uint8Array): Promise<void> {
    const framer = new JsonFramer(this.#framing)
    const added = framer.add(data)
    if (typeof added === 'number' && added > 0) {
      await this.#endColumns(record)
      this.#lines.add(record, added, data.byteLength)
      await writeFile(this.#add('lines').path, framer.take(), { mode: 0o600 })
    } else {
      // Nothing stands between the rows before it and those behind it.
      this.#noteRows(record)
      if (typeof added === 'string') this.#bad.set(record, malformedRecord(added))
    }
    this.#noted = record + 1
  }

  #add(kind: Part['kind']): Part {
    const extension = kind === 'columns' ? 'columns' : 'json'
    const name = `part-${this.#parts.length}.${extension}`
    const part = { kind, name, path: join(this.#folder, name) }
    this.#parts.push(part)
    return part
  }
}

/** The columns that were taken, as a file of row groups. */
class ColumnsFile {
  readonly #file: FileHandle
  readonly #encoding: Encoding
  readonly #groups: RowGroup[] = []
  #offset = 0

  private constructor(file: FileHandle, encoding: Encoding) {
    this.#file = file
    this.#encoding = encoding
  }

  static async open(path: string, encoding: Encoding): Promise<ColumnsFile> {
    return new ColumnsFile(await open(path, 'w', 0o600), encoding)
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  /** How many rows it wrote. */
  async flush(): Promise<number> {
    const { taking, packing } = this.#encoding
    const { rows } = taking
    if (rows === 0) return 0
    const pieces: Uint8Array[] = this.#offset === 0 ? [magic] : []
    let offset = this.#offset || magic.length
    const chunks = taking.encode(packing !== 'UNCOMPRESSED').map((pages) => {
      const { pieces: ofColumn, chunk } = chunkOf(pages, offset)
      pieces.push(...ofColumn)
      offset += chunk.sizeBytes
      return chunk
    })
    this.#groups.push({ rows, chunks })
    this.#offset = offset
    await writeFully(this.#file, pieces)
    taking.clear()
    return rows
  }

  async end(): Promise<void> {
    const { columns, packing } = this.#encoding
    await writeFully(this.#file, [footerOf(columns, this.#groups, packing)])
  }
}

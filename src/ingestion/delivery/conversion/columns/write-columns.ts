import { open, writeFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { malformedRecord, type BadRecord } from '../bad-record.ts'
import type { RowsInput } from '../convert-rows.ts'
import { JsonFramer, type FramingOptions } from '../json-framer.ts'
import { Lines } from '../lines.ts'
import { JsonColumns, type JsonColumn } from './json-columns.ts'
import { footerOf, magic, pageOf, type RowGroup } from './parquet.ts'

/** Rows that follow one another in a file of their own: columns, or the lines of one record that is not plain. */
export interface Part {
  readonly kind: 'columns' | 'lines'
  /** For the engine. */
  readonly name: string
  readonly path: string
}

export interface WrittenColumns {
  readonly parts: readonly Part[]
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
  columns: readonly JsonColumn[],
  framing: FramingOptions,
): Promise<WrittenColumns | undefined> {
  using taking = new JsonColumns(columns, framing)
  await using writing = new PartsWriting(input.folder, taking, framing)
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

class PartsWriting implements AsyncDisposable {
  readonly #folder: string
  readonly #taking: JsonColumns
  readonly #framing: FramingOptions
  readonly #parts: Part[] = []
  readonly #lines = new Lines()
  readonly #bad = new Map<number, BadRecord>()
  #file: ColumnsFile | undefined
  /** Of all pages before. */
  #records = 0
  /** Records whose part is written. */
  #written = 0
  #odd = 0

  constructor(folder: string, taking: JsonColumns, framing: FramingOptions) {
    this.#folder = folder
    this.#taking = taking
    this.#framing = framing
  }

  /** Takes the page of so many records that was loaded. False when too many of all were odd. */
  async takeLoaded(count: number): Promise<boolean> {
    for (let all = false; !all;) {
      const taken = this.#taking.take()
      all = taken.all
      if (taken.odd) {
        this.#odd += 1
        if (this.#odd > oddMax) return false
        await this.#endColumns(this.#records + taken.odd.number)
        await this.#writeOdd(taken.odd.data)
      } else if (!all) await this.#flush()
    }
    this.#records += count
    return true
  }

  async end(): Promise<WrittenColumns> {
    await this.#endColumns(this.#records)
    return { parts: this.#parts, lines: this.#lines, bad: this.#bad }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file?.close()
  }

  async #flush(): Promise<void> {
    this.#file ??= await ColumnsFile.open(this.#add('columns').path, this.#taking)
    await this.#file.flush()
  }

  /** Ends the part of the records before this one. */
  async #endColumns(record: number): Promise<void> {
    const count = record - this.#written
    if (count > 0) {
      await this.#flush()
      await this.#file!.end()
      await this.#file!.close()
      this.#file = undefined
      this.#lines.addEach(this.#written, count, 0)
    }
    this.#written = record
  }

  async #writeOdd(data: Uint8Array): Promise<void> {
    const record = this.#written
    this.#written += 1
    const framer = new JsonFramer(this.#framing)
    const added = framer.add(data)
    if (typeof added === 'string') {
      this.#bad.set(record, malformedRecord(added))
    } else if (added > 0) {
      this.#lines.add(record, added, data.byteLength)
      await writeFile(this.#add('lines').path, framer.take(), { mode: 0o600 })
    }
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
  readonly #taking: JsonColumns
  readonly #groups: RowGroup[] = []
  #offset = 0

  private constructor(file: FileHandle, taking: JsonColumns) {
    this.#file = file
    this.#taking = taking
  }

  static async open(path: string, taking: JsonColumns): Promise<ColumnsFile> {
    return new ColumnsFile(await open(path, 'w', 0o600), taking)
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  async flush(): Promise<void> {
    const { rows, columns } = this.#taking
    if (rows === 0) return
    const pieces: Uint8Array[] = this.#offset === 0 ? [magic] : []
    let offset = this.#offset || magic.length
    const chunks = columns.map((_, index) => {
      const page = pageOf(rows, this.#taking.valuesOf(index))
      pieces.push(...page)
      const chunk = { offset, sizeBytes: page.reduce((sum, { byteLength }) => sum + byteLength, 0) }
      offset += chunk.sizeBytes
      return chunk
    })
    this.#groups.push({ rows, chunks })
    this.#offset = offset
    await this.#write(pieces)
    this.#taking.clear()
  }

  async end(): Promise<void> {
    const kinds = this.#taking.columns.map(({ kind }) => kind)
    await this.#write([footerOf(kinds, this.#groups)])
  }

  async #write(pieces: readonly Uint8Array[]): Promise<void> {
    const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
    const { bytesWritten } = await this.#file.writev(pieces)
    if (bytesWritten < bytes) {
      await this.#file.writeFile(Buffer.concat(pieces).subarray(bytesWritten))
    }
  }
}

import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { RowsInput, RowsPage } from '../convert-rows.ts'
import type { FramingOptions } from '../json-framer.ts'
import { Lines } from '../lines.ts'
import { JsonColumns, type JsonColumn } from './json-columns.ts'
import { footerOf, magic, pageOf, type RowGroup } from './parquet.ts'

export interface WrittenColumns {
  readonly path: string
  /** A line, which is a row here, for each record. */
  readonly lines: Lines
}

/**
 * Writes the records as columns, a row for each. Undefined when one of them is not plain, which may be the last: then they have to be read
 * again.
 */
export async function writeColumns(
  input: Pick<RowsInput, 'records' | 'folder'>,
  columns: readonly JsonColumn[],
  framing: FramingOptions,
): Promise<WrittenColumns | undefined> {
  const path = join(input.folder, 'batch.columns')
  using taking = new JsonColumns(columns, framing)
  await using handle = await open(path, 'w', 0o600)
  const file = new ColumnsFile(handle, taking)
  let records = 0
  for await (const given of input.records()) {
    const count = await takePage(given, taking, file)
    if (count === undefined) return undefined
    records += count
  }
  await file.end()
  const lines = new Lines()
  if (records > 0) lines.addEach(0, records, 0)
  return { path, lines }
}

/** How many records a page had. */
async function takePage(
  given: RowsPage,
  taking: JsonColumns,
  file: ColumnsFile,
): Promise<number | undefined> {
  if ('page' in given) {
    const { page } = given
    taking.load(page)
    const count = page.starts.length
    page.release()
    return (await takeLoaded(taking, file)) ? count : undefined
  }
  for (let from = 0; from < given.length;) {
    from = taking.loadRecords(given, from)
    if (!(await takeLoaded(taking, file))) return undefined
  }
  return given.length
}

async function takeLoaded(taking: JsonColumns, file: ColumnsFile): Promise<boolean> {
  for (;;) {
    const taken = taking.take()
    // A record for which there is not even room when there is no other.
    if (!taken || (!taken.all && taking.rows === 0)) return false
    if (taken.all) return true
    await file.flush()
  }
}

/** The columns that were taken, as a file of row groups. */
class ColumnsFile {
  readonly #file: FileHandle
  readonly #taking: JsonColumns
  readonly #groups: RowGroup[] = []
  #offset = 0

  constructor(file: FileHandle, taking: JsonColumns) {
    this.#file = file
    this.#taking = taking
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
    await this.flush()
    const footer = footerOf(
      this.#taking.columns.map(({ kind }) => kind),
      this.#groups,
    )
    await this.#write(this.#offset === 0 ? [magic, footer] : [footer])
  }

  async #write(pieces: readonly Uint8Array[]): Promise<void> {
    const bytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
    const { bytesWritten } = await this.#file.writev(pieces)
    if (bytesWritten < bytes) {
      await this.#file.writeFile(Buffer.concat(pieces).subarray(bytesWritten))
    }
  }
}

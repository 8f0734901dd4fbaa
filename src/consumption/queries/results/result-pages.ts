import { QueryErrors } from '../errors.ts'
import { decodeToken, encodeToken } from '../paging.ts'
import { type Execution, isWrite } from '../records.ts'
import type { ColumnInfo } from './column-info.ts'
import { readCsvRows } from './csv.ts'

export interface ResultPage {
  readonly columns: readonly ColumnInfo[]
  readonly rows: readonly (readonly (string | null)[])[]
  readonly nextToken: string | undefined
}

/** Read first, which most pages are no longer than, and at most. */
const chunkBytes = { first: 128 * 1024, max: 1024 * 1024 }
/** One row may not be longer than this. */
const rowBytesMax = 64 * 1024 * 1024
const rowTooLong = `A row of the result is longer than ${rowBytesMax} bytes: read the object that has it`

/** Some of the bytes that an execution has left: those from `start` on, at most `length`. */
export type ReadResult = (
  start: number,
  length: number,
) => Promise<{
  readonly bytes: Buffer
  /** Of all. */
  readonly sizeBytes: number
}>

/** A page of a finished execution's rows, read from where they lie; a query's first row is its header. */
export async function resultPage(
  execution: Execution,
  open: () => Promise<ReadResult>,
  input: { readonly limit: number; readonly nextToken?: string },
): Promise<ResultPage> {
  if (execution.state !== 'SUCCEEDED') {
    const how = execution.state === 'FAILED' || execution.state === 'CANCELLED'
    throw QueryErrors.QueryNotFinished(
      how
        ? `Query did not finish successfully. Final query state: ${execution.state}`
        : `Query has not yet finished. Current state: ${execution.state}`,
    )
  }
  if (isWrite(execution)) {
    return { columns: execution.columns ?? [], rows: [], nextToken: undefined }
  }
  const start = Number(decodeToken(input.nextToken, ['number'])?.[0] ?? 0)
  const read = await open()
  const asLines = execution.statementType !== 'DML'
  const rows: (readonly (string | null)[])[] = []
  let offset = start
  let length = chunkBytes.first
  let sizeBytes = Number.POSITIVE_INFINITY
  while (rows.length < input.limit && offset < sizeBytes) {
    const part = await read(offset, length)
    const { bytes } = part
    sizeBytes = part.sizeBytes
    const last = offset + bytes.length >= sizeBytes
    const wanted = input.limit - rows.length
    const found = asLines ? readLines(bytes, wanted, last) : readCsvRows(bytes, wanted, last)
    if (found.length === 0) {
      if (last) break
      if (length >= rowBytesMax) {
        // The rows before it are a page; it may not be missing without a word.
        if (rows.length > 0) break
        throw QueryErrors.InvalidQueryRequest(rowTooLong)
      }
      length *= 4
      continue
    }
    for (const row of found) rows.push(row.values)
    const readBytes = found.at(-1)!.endOffset
    offset += readBytes
    length = restBytes(readBytes / found.length, input.limit - rows.length)
  }
  const nextToken = offset < sizeBytes && rows.length > 0 ? encodeToken([offset]) : undefined
  return { columns: execution.columns ?? [], rows, nextToken }
}

/** For the other rows of a page, when those before were so long. */
function restBytes(rowBytes: number, rows: number): number {
  return Math.ceil(Math.min(chunkBytes.max, 1.25 * rowBytes * rows + 4096))
}

/** Rows of SHOW and DESCRIBE: a line each, in one value. */
function readLines(bytes: Buffer, rowsMax: number, last: boolean) {
  const rows: { values: readonly string[]; endOffset: number }[] = []
  let offset = 0
  while (offset < bytes.length && rows.length < rowsMax) {
    const end = bytes.indexOf(0x0a, offset)
    if (end < 0 && !last) break
    const stop = end < 0 ? bytes.length : end
    rows.push({ values: [bytes.toString('utf8', offset, stop)], endOffset: stop + 1 })
    offset = stop + 1
  }
  return rows
}

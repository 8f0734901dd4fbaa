import type { DuckDBResult } from '@duckdb/node-api'
import { CsvLines } from './csv-lines.ts'
import { CsvSink, type WrittenFile } from './csv-sink.ts'

export interface CsvRequest {
  /** The first line, with its end. */
  readonly header: string
  /** Of a second, for each column, where it is a timestamp. Default 6. */
  readonly digits?: readonly number[] | undefined
  /** The file that is made for more than `inlineBytesMax` bytes. */
  readonly path: string
  readonly inlineBytesMax: number
}

export type WrittenCsv = { readonly rowCount: number } & ({ readonly text: string } | WrittenFile)

/** Writes the rows of a result behind a header. A chunk is fetched while the one before is written. */
export async function writeCsv(result: DuckDBResult, request: CsvRequest): Promise<WrittenCsv> {
  const lines = new CsvLines(result, request.digits)
  using sink = new CsvSink(request.path, request.inlineBytesMax)
  sink.write(Buffer.from(request.header))
  let rowCount = 0
  let next = result.fetchChunk()
  for (;;) {
    const chunk = await next
    if (!chunk || chunk.rowCount === 0) break
    next = result.fetchChunk()
    try {
      lines.write(chunk, (bytes) => sink.write(bytes))
    } catch (error) {
      await next.catch(() => undefined)
      throw error
    }
    rowCount += chunk.rowCount
  }
  return { rowCount, ...(await sink.end()) }
}

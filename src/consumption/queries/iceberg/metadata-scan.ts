import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Scan, engineType, quoteText } from '#consumption/sql'
import { stringifyBigJson, uuid } from '#kit'
import type { IcebergScanParts } from './scan.ts'
import type { MetadataSource } from './source.ts'

/** Writes a metadata table's rows to a file that the engine reads, and returns the query that reads them. */
export async function planMetadataScan(
  scan: Scan<MetadataSource>,
  parts: IcebergScanParts,
): Promise<string> {
  const rows = await scan.source.table.rows(parts)
  const path = join(parts.objects.temporaryFolder, `metadata-${uuid()}.json`)
  parts.held.defer(() => rm(path, { force: true }))
  // The engine's buffers are twice as large as the longest line that it is told to expect.
  let lineBytesMax = 1 << 20
  const seen = (line: string) => {
    lineBytesMax = Math.max(lineBytesMax, Buffer.byteLength(line))
    return line
  }
  await pipeline(Readable.from(linesOf(rows, seen)), createWriteStream(path))
  const name = `${scan.id}/rows.json`
  // What it says is of this moment: no other file is the same.
  const version = uuid()
  parts.files.push({ name, path, uri: scan.source.location, sizeBytes: 0, version })
  const types = scan.columns.map(({ type }, at) => `'c${at}': ${quoteText(engineType(type))}`)
  const items = scan.columns.map((_, at) => `c${at}`)
  return `SELECT ${items.join(', ')}, CAST(NULL AS VARCHAR) AS c${items.length}
    FROM read_json('{in}/${name}', format = 'newline_delimited', maximum_object_size = ${lineBytesMax}, columns = {${types.join(', ')}})`
}

function* linesOf(
  rows: readonly (readonly unknown[])[],
  seen: (line: string) => string,
): Generator<string> {
  for (const row of rows) {
    const columns = Object.fromEntries(row.map((value, at) => [`c${at}`, value]))
    yield seen(`${stringifyBigJson(columns)}\n`)
  }
}

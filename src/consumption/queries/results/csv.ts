/** A row as Athena writes it: every value quoted, NULL empty. */
export function csvLine(values: readonly (string | null)[]): string {
  return `${values.map((value) => (value === null ? '' : `"${value.replaceAll('"', '""')}"`)).join(',')}\n`
}

export interface CsvRow {
  /** null for NULL: an empty field without quotes. */
  readonly values: readonly (string | null)[]
  /** Where the next row begins, in bytes from the start of what was read. */
  readonly endOffset: number
}

const quote = 0x22
const comma = 0x2c
const newline = 0x0a

/**
 * Reads rows of Athena's CSV from bytes that begin at a row, at most `rowsMax`. A row that is not
 * complete in `bytes` is left for the next call, unless `last`.
 */
export function readCsvRows(bytes: Buffer, rowsMax: number, last: boolean): CsvRow[] {
  const rows: CsvRow[] = []
  let values: (string | null)[] = []
  let offset = 0
  while (offset < bytes.length && rows.length < rowsMax) {
    let value: string | null = null
    if (bytes[offset] === quote) {
      let end = offset + 1
      let doubled = false
      for (;;) {
        end = bytes.indexOf(quote, end)
        if (end < 0) return rows
        if (bytes[end + 1] !== quote) break
        doubled = true
        end += 2
      }
      const text = bytes.toString('utf8', offset + 1, end)
      value = doubled ? text.replaceAll('""', '"') : text
      offset = end + 1
      // Whether the quote closes the value is known only from the byte after it.
      if (offset === bytes.length && !last) return rows
    } else if (bytes[offset] !== comma && bytes[offset] !== newline) {
      throw new Error('a result file is not as it was written')
    }
    values.push(value)
    if (bytes[offset] === comma) {
      offset++
      if (offset === bytes.length && !last) return rows
      // A comma at the end of the line has one more NULL after it.
      if (bytes[offset] === newline || offset === bytes.length) {
        values.push(null)
        offset++
        rows.push({ values, endOffset: offset })
        values = []
      }
      continue
    }
    offset++
    rows.push({ values, endOffset: offset })
    values = []
  }
  return rows
}

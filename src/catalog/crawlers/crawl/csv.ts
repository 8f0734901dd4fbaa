import type { ClassifierRecord } from '../crawlers.ts'
import { customDatatypes } from './csv-datatypes.ts'
import type { CsvForm } from './file-schema.ts'
import { mergeTypes, nullType, primitive, type HiveType, type TypedColumn } from './hive-type.ts'

export type CsvClassifier = Extract<ClassifierRecord, { kind: 'csv' }>

export interface CsvShape {
  readonly form: CsvForm
  readonly columns: readonly TypedColumn[]
  readonly records: number
}

const delimiters = [',', '|', '\t', ';', '\u0001']
const rowsMax = 1_000

/**
 * The shape of a delimited text: two columns or more, the same number in every line.
 * Undefined when it is none. https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-builtin-rules-csv
 */
export function inferCsv(
  text: string,
  complete: boolean,
  classifier?: CsvClassifier,
): CsvShape | undefined {
  if (classifier) return read(text, complete, classifier.delimiter ?? ',', classifier)
  for (const delimiter of delimiters) {
    const shape = read(text, complete, delimiter)
    if (shape) return shape
  }
  return undefined
}

function read(
  text: string,
  complete: boolean,
  delimiter: string,
  classifier?: CsvClassifier,
): CsvShape | undefined {
  const quoteSymbol = classifier?.quoteSymbol ?? '"'
  const { rows, quoted } = splitRows(text, { delimiter, quoteSymbol, complete })
  const width = rows[0]?.length ?? 0
  const singleColumn = classifier?.extra?.['AllowSingleColumn'] === true
  if (width < (singleColumn ? 1 : 2) || rows.some((row) => row.length !== width)) return undefined
  const datatypes = customDatatypes(classifier?.extra)
  if (datatypes && datatypes.length !== width) return undefined
  const given = classifier?.header?.length === width ? classifier.header : undefined
  const hasHeader =
    classifier?.containsHeader === 'PRESENT' ||
    (classifier?.containsHeader !== 'ABSENT' && looksLikeHeader(rows))
  const body = hasHeader ? rows.slice(1) : rows
  const header = given ?? (hasHeader ? rows[0]! : undefined)
  const columns = Array.from({ length: width }, (_, index) => ({
    name: toName(header?.[index], index),
    type:
      datatypes?.[index] ?? body.map((row) => cellType(row[index]!)).reduce(mergeTypes, nullType),
  }))
  const names = new Set(columns.map((column) => column.name))
  if (names.size !== columns.length) return undefined
  const serde = classifier?.extra?.['Serde']
  const form = { delimiter, quoted, quoteSymbol, hasHeader }
  return {
    form: typeof serde === 'string' && serde !== 'None' ? { ...form, serde } : form,
    columns,
    records: body.length,
  }
}

function toName(cell: string | undefined, index: number): string {
  const name = cell?.trim().toLowerCase() ?? ''
  return name === '' ? `col${index}` : name
}

/** A header is text in every cell, all different, and some column below it is not text. */
function looksLikeHeader(rows: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = rows
  if (!first || rest.length === 0) return false
  if (first.some((cell) => cell === '' || cell.length > 150 || formatOf(cell) !== 'string'))
    return false
  if (new Set(first.map((cell) => cell.toLowerCase())).size !== first.length) return false
  return first.some((_, index) => rest.every((row) => formatOf(row[index]!) !== 'string'))
}

/** The type of a scalar that is written as text. */
export function scalarType(text: string): HiveType {
  if (/^(true|false)$/i.test(text)) return primitive('boolean')
  return cellType(text)
}

function cellType(cell: string): HiveType {
  const name = formatOf(cell)
  return name === undefined ? nullType : primitive(name)
}

function formatOf(cell: string): string | undefined {
  const text = cell.trim()
  if (text === '') return undefined
  if (/^[+-]?\d{1,18}$/.test(text)) return 'bigint'
  if (/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return 'double'
  return 'string'
}

interface SplitOptions {
  readonly delimiter: string
  readonly quoteSymbol: string
  readonly complete: boolean
}

function splitRows(
  text: string,
  { delimiter, quoteSymbol, complete }: SplitOptions,
): { readonly rows: readonly (readonly string[])[]; readonly quoted: boolean } {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let inQuotes = false
  let quoted = false
  const endCell = () => {
    row.push(cell)
    cell = ''
  }
  for (let at = 0; at < text.length && rows.length < rowsMax; at++) {
    const char = text[at]!
    if (inQuotes) {
      if (char !== quoteSymbol) cell += char
      else if (text[at + 1] === quoteSymbol) cell += text[++at]
      else inQuotes = false
    } else if (char === quoteSymbol && cell === '') {
      inQuotes = true
      quoted = true
    } else if (char === delimiter) endCell()
    else if (char === '\n') {
      endCell()
      if (row.length > 1 || row[0] !== '') rows.push(row)
      row = []
    } else if (char !== '\r') cell += char
  }
  if (complete && rows.length < rowsMax && (cell !== '' || row.length > 0)) {
    endCell()
    rows.push(row)
  }
  return { rows, quoted }
}

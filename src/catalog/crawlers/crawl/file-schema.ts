import { mergeColumns, type TypedColumn } from './hive-type.ts'

export type Compression = 'none' | 'gzip' | 'zstd'

export interface CsvForm {
  readonly delimiter: string
  readonly quoted: boolean
  readonly quoteSymbol: string
  readonly hasHeader: boolean
}

/** What a file, or a set of like files, holds. Column names are lower-case. */
export interface FileSchema {
  readonly format: 'parquet' | 'json' | 'csv'
  readonly compression: Compression
  readonly columns: readonly TypedColumn[]
  /** JSON members as they are spelled in the data. */
  readonly paths?: readonly string[]
  readonly csv?: CsvForm
  /** Records in what was read, and how many bytes of the file that was. */
  readonly records: number
  readonly sampledBytes: number
}

/** Share of common columns from which schemas count as alike. */
const similarityMin = 0.7

export function sameForm(a: FileSchema, b: FileSchema): boolean {
  return (
    a.format === b.format &&
    a.compression === b.compression &&
    a.csv?.delimiter === b.csv?.delimiter
  )
}

/** May data of both lie in one table? */
export function areAlike(a: FileSchema, b: FileSchema): boolean {
  if (!sameForm(a, b)) return false
  const names = new Set(a.columns.map((column) => column.name))
  const common = b.columns.filter((column) => names.has(column.name)).length
  const fewer = Math.min(a.columns.length, b.columns.length)
  return fewer === 0 || common / fewer >= similarityMin
}

export function mergeSchemas(a: FileSchema, b: FileSchema): FileSchema {
  return {
    ...a,
    columns: mergeColumns(a.columns, b.columns),
    paths: a.paths && [...new Set([...a.paths, ...(b.paths ?? [])])],
    csv: a.csv && {
      ...a.csv,
      quoted: a.csv.quoted || (b.csv?.quoted ?? false),
      hasHeader: a.csv.hasHeader && (b.csv?.hasHeader ?? true),
    },
    records: a.records + b.records,
    sampledBytes: a.sampledBytes + b.sampledBytes,
  }
}

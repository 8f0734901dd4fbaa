import { mergeColumns, type TypedColumn } from './hive-type.ts'

export type Compression = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'zip'

export interface CsvForm {
  readonly delimiter: string
  readonly quoted: boolean
  readonly quoteSymbol: string
  readonly hasHeader: boolean
  /** What a classifier asks for: `OpenCSVSerDe` or `LazySimpleSerDe`. */
  readonly serde?: string
}

/** How records are found in the files. */
export type FileForm =
  | { readonly format: 'parquet' | 'avro' | 'orc' }
  /** `jsonPath`: where the records stand, when they do not stand one a line. */
  | { readonly format: 'json'; readonly jsonPath?: string }
  | { readonly format: 'csv'; readonly csv: CsvForm }
  | { readonly format: 'xml'; readonly rowTag: string }
  | { readonly format: 'grok'; readonly pattern: string; readonly customPatterns: string }

/** What a file, or a set of like files, holds. Column names are lower-case. */
export interface FileSchema {
  readonly form: FileForm
  /** The catalog's word for the form: `json`, `combined_apache`, or what a custom classifier says. */
  readonly classification: string
  readonly compression: Compression
  readonly columns: readonly TypedColumn[]
  /** JSON members as they are spelled in the data. */
  readonly paths?: readonly string[]
  /** Records in what was read, and how many bytes of the file that was. */
  readonly records: number
  readonly sampledBytes: number
}

/** Share of common columns from which schemas count as alike. */
const similarityMin = 0.7

export function sameForm(a: FileSchema, b: FileSchema): boolean {
  return (
    a.compression === b.compression &&
    a.classification === b.classification &&
    formKey(a.form) === formKey(b.form)
  )
}

function formKey(form: FileForm): string {
  switch (form.format) {
    case 'csv':
      return `csv ${form.csv.delimiter}`
    case 'json':
      return `json ${form.jsonPath ?? ''}`
    case 'xml':
      return `xml ${form.rowTag}`
    case 'grok':
      return `grok ${form.pattern} ${form.customPatterns}`
    default:
      return form.format
  }
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
    form: mergeForms(a.form, b.form),
    columns: mergeColumns(a.columns, b.columns),
    paths: a.paths && [...new Set([...a.paths, ...(b.paths ?? [])])],
    records: a.records + b.records,
    sampledBytes: a.sampledBytes + b.sampledBytes,
  }
}

function mergeForms(a: FileForm, b: FileForm): FileForm {
  if (a.format !== 'csv' || b.format !== 'csv') return a
  const quoted = a.csv.quoted || b.csv.quoted
  const hasHeader = a.csv.hasHeader && b.csv.hasHeader
  return { format: 'csv', csv: { ...a.csv, quoted, hasHeader } }
}

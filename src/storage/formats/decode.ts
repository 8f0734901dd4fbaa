import type { AvroSchema } from './avro/schema.ts'
import type { ByteSource } from './byte-source.ts'
import type { Batch, FileField } from './field-type.ts'
import { csvParser } from './lines/csv-lines.ts'
import { lazyParser } from './lines/lazy-lines.ts'
import { type LineParser, parsedLines, regexParser } from './lines/regex-lines.ts'

/** How the bytes of a file are to be read. A value of JSON: it travels to the process that decodes. */
export type Encoding =
  | { readonly kind: 'orc' }
  /** `schema` is a table's own, which the files' records are resolved to. */
  | { readonly kind: 'avro'; readonly schema?: string }
  | {
      readonly kind: 'regex'
      readonly pattern: string
      readonly ignoreCase: boolean
      readonly skipLines: number
    }
  | {
      readonly kind: 'grok'
      readonly format: string
      readonly customPatterns: string
      readonly skipLines: number
    }
  | {
      readonly kind: 'csv'
      readonly separator: string
      readonly quote: string
      readonly escape: string
      readonly skipLines: number
    }
  | {
      readonly kind: 'lazy'
      readonly separators: readonly string[]
      readonly escape?: string
      readonly nullText: string
      readonly skipLines: number
    }
  | { readonly kind: 'xml'; readonly rowTag: string }

/** A file opened for reading. */
export interface DecodedFile {
  /** What the file says of its columns; undefined when it says nothing, and columns are what is asked. */
  readonly fields: readonly FileField[] | undefined
  readonly rowCount: number | undefined
  /**
   * Rows of these columns. Of a file that describes itself, those with exactly these names; else as the encoding
   * orders or names them. Throws an Error where the file is damaged.
   */
  rows(columns: readonly FileField[]): Iterable<Batch> | AsyncIterable<Batch>
}

/**
 * Opens a file. Throws an Error that says what is wrong with the file, or with the encoding. What only some files need
 * is loaded when one of them is opened.
 */
export async function openFile(source: ByteSource, encoding: Encoding): Promise<DecodedFile> {
  switch (encoding.kind) {
    case 'orc': {
      const { openOrc } = await import('./orc/reader.ts')
      return described(openOrc(source))
    }
    case 'avro': {
      const { openAvro } = await import('./avro/container.ts')
      const schema = encoding.schema ? (JSON.parse(encoding.schema) as AvroSchema) : undefined
      return described(await openAvro(source, schema))
    }
    case 'xml': {
      const { xmlBatches } = await import('./xml/xml-batches.ts')
      return plain((columns) => xmlBatches(source, encoding.rowTag, columns))
    }
    case 'regex': {
      const { toExpression } = await import('./lines/regular-expression.ts')
      const { pattern, ignoreCase } = encoding
      const expression = toExpression(pattern, { ignoreCase, whole: true })
      return lines(source, encoding, (columns) => regexParser(expression, columns.length))
    }
    case 'grok': {
      const { compileGrok, grokParser } = await import('./lines/grok.ts')
      return lines(source, encoding, (columns) => {
        const names = columns.map((column) => column.name.toLowerCase())
        return grokParser(compileGrok(encoding.format, encoding.customPatterns, names))
      })
    }
    case 'csv':
      return lines(source, encoding, () => csvParser(encoding))
    case 'lazy': {
      const { separators, escape, nullText } = encoding
      return lines(source, encoding, (columns) =>
        lazyParser(
          columns.map((column) => column.type),
          { separators, escape, nullText },
        ),
      )
    }
  }
}

interface SelfDescribed {
  readonly fields: readonly FileField[]
  readonly rowCount?: number
  rows(columns: readonly number[]): Iterable<Batch> | AsyncIterable<Batch>
}

function described(file: SelfDescribed): DecodedFile {
  return {
    fields: file.fields,
    rowCount: file.rowCount,
    rows: (columns) =>
      file.rows(
        columns.map(({ name }) => {
          const index = file.fields.findIndex((field) => field.name === name)
          if (index < 0) throw new Error(`it has no column ${name}`)
          return index
        }),
      ),
  }
}

function plain(rows: DecodedFile['rows']): DecodedFile {
  return { fields: undefined, rowCount: undefined, rows }
}

function lines(
  source: ByteSource,
  { skipLines }: { readonly skipLines: number },
  parser: (columns: readonly FileField[]) => LineParser,
): DecodedFile {
  return plain((columns) =>
    parsedLines(source, { skipLines, width: columns.length }, parser(columns)),
  )
}

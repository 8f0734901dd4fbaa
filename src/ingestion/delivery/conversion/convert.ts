import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { isLakeError } from '#kit'
import type { QueryEngine } from '#processing/engine'
import { DeliveryErrors } from '../errors.ts'
import type { Conversion } from '../records.ts'
import { ColumnSql, identifier, literal } from './column-sql.ts'
import type { HiveType } from './hive-type.ts'
import { JsonFramer } from './json-framer.ts'

export interface ConvertInput {
  /** Gives the records anew at each call, in the same order. */
  readonly records: () => AsyncIterable<readonly { readonly data: Uint8Array }[]>
  readonly columns: readonly { readonly name: string; readonly type: HiveType }[]
  readonly conversion: Pick<Conversion, 'reader' | 'parquet'>
  readonly engine: QueryEngine
  /** A folder of its own, on the blobs' disk. */
  readonly folder: string
  /** Cuts the records into several files: how many records lie before the end of each. Without it there is one. */
  readonly ends?: readonly number[]
  readonly signal: AbortSignal
}

export interface Converted {
  /** The Parquet file of each piece; undefined when no record of it is good. */
  readonly paths: readonly (string | undefined)[]
  readonly rows: number
  /** By the record's place in the batch. */
  readonly bad: ReadonlyMap<number, BadRecord>
}

export interface BadRecord {
  readonly code:
    | 'DataFormatConversion.ParseError'
    | 'DataFormatConversion.MalformedData'
    | 'DataFormatConversion.InvalidSchema'
  readonly message: string
}

/** Each round sets some records aside; a batch that needs more has something else wrong with it. */
const roundsMax = 64
const badPerRoundMax = 100_000
const flushBytes = 1 << 20

/**
 * Converts JSON records to Parquet: to one file, or to one for each piece. A record is good as a whole or not at all. The engine first tries all records at
 * once; only when one of them does not fit are they looked at row by row.
 */
export async function convert(input: ConvertInput): Promise<Converted> {
  const plan = planOf(input)
  const bad = new Map<number, BadRecord>()
  for (let round = 0; round < roundsMax; round += 1) {
    const { path, lines } = await writeLines(input, bad)
    if (lines.count === 0) return { paths: (input.ends ?? [0]).map(() => undefined), rows: 0, bad }
    const pieces = input.ends && cut(lines, input.ends)
    const statements = pieces ? plan.copyPieces(pieces) : [plan.copy]
    const task = { inputs: [{ name: 'batch.json', path }], outputFolder: input.folder }
    try {
      const result = await input.engine.run({ ...task, statements }, input.signal)
      const rows = Number(result.rows[0]?.[0])
      if (rows !== lines.count) {
        throw DeliveryErrors.DeliveryCountMismatch('rows were lost or added in the conversion', {
          rows,
          lines: lines.count,
        })
      }
      const paths = (pieces ?? [{ name: outputName }]).map(
        (piece) => piece && join(input.folder, piece.name),
      )
      return { paths, rows, bad }
    } catch (error) {
      if (!isLakeError(error, 'QueryFailed') || error.details['crashed']) throw error
      const before = bad.size
      const found = await input.engine.run(
        { ...task, statements: [plan.classify], limits: { rowsMax: badPerRoundMax } },
        input.signal,
      )
      for (const [line, reason] of found.rows) {
        bad.set(lines.recordOf(Number(line))!, plan.explain(Number(reason)))
      }
      if (bad.size === before) setAsideNamed(error, lines, bad)
    }
  }
  throw DeliveryErrors.DeliveryCountMismatch('the conversion found new failures in every round', {
    bad: bad.size,
  })
}

const outputName = 'batch.parquet'

/** Lines that become a file of their own, the first and the last, counted from 0. */
interface Piece {
  readonly name: string
  readonly first: number
  readonly last: number
}

/** The lines of each piece; undefined for one without. */
function cut(lines: Lines, ends: readonly number[]): readonly (Piece | undefined)[] {
  let first = 0
  return ends.map((end, index) => {
    const next = lines.countBefore(end)
    const piece = { name: `piece-${index}.parquet`, first, last: next - 1 }
    first = next
    return piece.last < piece.first ? undefined : piece
  })
}

/** For what only the reading of the whole finds: its message names the line. */
function setAsideNamed(error: Error, lines: Lines, bad: Map<number, BadRecord>): void {
  const line = Number(/in line (\d+)/.exec(error.message)?.[1])
  const record = lines.recordOf(line)
  if (record === undefined) throw error
  bad.set(record, {
    code: 'DataFormatConversion.ParseError',
    message: 'Encountered malformed JSON.',
  })
}

/** Writes the records that are not bad, a line for each object, and notes whose each line is. */
async function writeLines(
  input: ConvertInput,
  bad: Map<number, BadRecord>,
): Promise<{ readonly path: string; readonly lines: Lines }> {
  const { reader } = input.conversion
  const framer = new JsonFramer({
    lowerKeys: reader.kind === 'hive' || reader.caseInsensitive,
    dotsToUnderscores: reader.kind === 'openx' && reader.dotsToUnderscores,
  })
  const path = join(input.folder, 'batch.json')
  const lines = new Lines()
  let index = 0
  await using file = await open(path, 'w', 0o600)
  for await (const page of input.records()) {
    for (const { data } of page) {
      if (!bad.has(index)) {
        const added = framer.add(data)
        if (typeof added === 'string') {
          bad.set(index, {
            code: 'DataFormatConversion.ParseError',
            message: `Encountered malformed JSON. ${added}`,
          })
        } else {
          lines.add(index, added)
        }
      }
      index += 1
    }
    if (framer.sizeBytes >= flushBytes) await file.writeFile(framer.take())
  }
  if (framer.sizeBytes > 0) await file.writeFile(framer.take())
  return { path, lines }
}

/** Whose line is whose: a number or two for each record, however many lines it has. */
class Lines {
  readonly #records: number[] = []
  /** The last line of each of those records. */
  readonly #lasts: number[] = []

  get count(): number {
    return this.#lasts.at(-1) ?? 0
  }

  add(record: number, lines: number): void {
    this.#records.push(record)
    this.#lasts.push(this.count + lines)
  }

  /** How many lines the records before this one have. */
  countBefore(record: number): number {
    let low = 0
    let high = this.#records.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#records[middle]! < record) low = middle + 1
      else high = middle
    }
    return low === 0 ? 0 : this.#lasts[low - 1]!
  }

  /** Lines count from 1. */
  recordOf(line: number): number | undefined {
    if (!(line >= 1)) return undefined
    let low = 0
    let high = this.#lasts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#lasts[middle]! < line) low = middle + 1
      else high = middle
    }
    return this.#records[low]
  }
}

interface Plan {
  readonly copy: string
  /** All lines are read once, in their order; the last statement counts them. */
  copyPieces(pieces: readonly (Piece | undefined)[]): readonly string[]
  /** Rows of line number and reason. */
  readonly classify: string
  explain(reason: number): BadRecord
}

const malformed = -1
const repeated = -2

function planOf({ columns, conversion: { reader, parquet } }: ConvertInput): Plan {
  const sql = new ColumnSql(reader)
  const read = columns.map(({ name, type }) => ({
    name,
    type,
    key: keyOf(name, reader),
    readAs: sql.readAs(type),
  }))
  const keys = new Map(read.map(({ key, readAs }) => [key, readAs]))
  const source = (key: string, table = '') => `${table}${identifier(key)}`

  const selected = read
    .map(({ name, key, type }) => `${sql.column(source(key), type)} AS ${identifier(name)}`)
    .join(', ')
  const readColumns = [...keys].map(([key, type]) => `${literal(key)}: '${type}'`).join(', ')
  const options = [
    'FORMAT parquet',
    `COMPRESSION ${parquet.compression.toLowerCase()}`,
    `PARQUET_VERSION ${parquet.version}`,
  ].join(', ')
  const rows = `SELECT ${selected} FROM read_json('{in}/batch.json', columns = {${readColumns}}, format = 'newline_delimited', records = true)`
  const copy = `COPY (${rows}) TO '{out}/${outputName}' (${options})`
  const copyPieces: Plan['copyPieces'] = (pieces) => [
    `CREATE TABLE batch AS ${rows}`,
    ...pieces.flatMap((piece) =>
      piece
        ? [
            `COPY (SELECT * FROM batch WHERE rowid BETWEEN ${piece.first} AND ${piece.last}) TO '{out}/${piece.name}' (${options})`,
          ]
        : [],
    ),
    'SELECT count(*) FROM batch',
  ]

  const reasons = [
    `WHEN document IS NULL THEN ${malformed}`,
    `WHEN length(json_keys(document)) <> length(list_distinct(json_keys(document))) THEN ${repeated}`,
    ...read.map(({ key, type }, index) => {
      const value = source(key, 'fields.')
      return `WHEN ${value} IS NOT NULL AND TRY(${sql.column(value, type)}) IS NULL THEN ${index}`
    }),
  ].join(' ')
  const structure = literal(JSON.stringify(Object.fromEntries(keys)))
  const classify = `SELECT line, reason FROM (SELECT line, CASE ${reasons} END AS reason FROM (SELECT row_number() OVER () AS line, json AS document, json_transform(json, ${structure}) AS fields FROM read_json_objects('{in}/batch.json', format = 'newline_delimited', ignore_errors = true))) WHERE reason IS NOT NULL ORDER BY line`

  return {
    copy,
    copyPieces,
    classify,
    explain: (reason) => {
      if (reason === malformed || reason === repeated) {
        const why = reason === malformed ? '' : ' A key is there twice.'
        return {
          code: 'DataFormatConversion.ParseError',
          message: `Encountered malformed JSON.${why}`,
        }
      }
      const column = read[reason]!
      return {
        code: 'DataFormatConversion.MalformedData',
        message: `Data does not match the schema. The value of the column '${column.name}' is not of its type.`,
      }
    },
  }
}

/** The key under which the framing leaves a column's value. */
function keyOf(name: string, reader: Conversion['reader']): string {
  if (reader.kind === 'hive') return name.toLowerCase()
  const key = reader.mappings[name] ?? name
  const cased = reader.caseInsensitive ? key.toLowerCase() : key
  return reader.dotsToUnderscores ? cased.replaceAll('.', '_') : cased
}

import type { LogPage } from '#ingestion/streams'
import { isLakeError } from '#kit'
import type { EngineResult, EngineTask, QueryEngine } from '#processing/engine'
import { DeliveryErrors } from '../errors.ts'
import type { JsonReader } from '../records.ts'
import type { BadRecord } from './bad-record.ts'
import type { Lines } from './lines.ts'
import type { Packing } from './columns/parquet.ts'
import { writeColumns } from './columns/write-columns.ts'
import type { TakingOptions } from './columns/json-columns.ts'
import { linesFile, planRows, type RowColumn, type RowsPlan } from './rows-plan.ts'
import { writeLines } from './write-lines.ts'

/** Records, or a page of the log that makes them when it is asked to. */
export type RowsPage =
  | readonly { readonly data: Uint8Array }[]
  | {
      readonly page: LogPage
      readonly records: () => readonly { readonly data: Uint8Array }[]
    }

export interface RowsInput {
  /** Gives the records anew at each call, in the same order. */
  readonly records: () => AsyncIterable<RowsPage>
  readonly columns: readonly RowColumn[]
  readonly reader: JsonReader
  readonly engine: QueryEngine
  /** A folder of its own, on the blobs' disk. */
  readonly folder: string
  /** What is to be done with the rows; asked anew whenever records were set aside. */
  readonly write: (rows: Rows) => Writing | Promise<Writing>
  /** Rows that are taken as columns may become a file of Parquet, packed so, that is all there is to write. Without it `write` is asked in any case. */
  readonly packing?: Packing
  /** Another format than Parquet for what is written. */
  readonly encode?: EngineTask['encode']
  readonly partitionedRowsMax?: EngineTask['partitionedRowsMax']
  readonly signal: AbortSignal
}

/** The rows of the records that are good as far as one knows. */
export interface Rows {
  /** A SELECT of them, in the order of the lines. */
  readonly sql: string
  readonly lines: Lines
}

export interface Writing {
  readonly statements: EngineTask['statements']
  readonly inputs?: EngineTask['inputs']
  /** Where the one file goes that they write to `{out}/result`; without it they may write what they like to the folder, at a higher price. */
  readonly outputFile?: string
  /** How many rows the task read, by its result: as many as there are lines. */
  readonly countOf: (result: EngineResult) => number
  /** SQL over `line`: true where no column is required. */
  readonly exempt?: string
}

export interface ConvertedRows {
  /** Of the task that succeeded; undefined when no record is good, or `file` is there. */
  readonly result: EngineResult | undefined
  /** Of all rows, when nothing was left to do for the engine. */
  readonly file?: string
  readonly rows: number
  /** By the record's place in the batch. */
  readonly bad: ReadonlyMap<number, BadRecord>
}

/** Each round sets some records aside; a batch that needs more has something else wrong with it. */
const roundsMax = 64
const rowsMax = 1_000_000
const badPerRoundMax = 100_000

/**
 * Reads JSON records as rows and has the engine write them. A record is good as a whole or not at all. The engine first tries all records at
 * once; only when one of them does not fit are they looked at row by row.
 */
export async function convertRows(input: RowsInput): Promise<ConvertedRows> {
  const plan = planRows(input.columns, input.reader)
  const bad = new Map<number, BadRecord>()
  let mayBePlain = true
  for (let round = 0; round < roundsMax; round += 1) {
    const { sql, lines, hasPlain, files, whole } = await writeRows(input, plan, bad, mayBePlain)
    if (lines.count === 0) return { result: undefined, rows: 0, bad }
    if (whole !== undefined) {
      if (whole.rows !== lines.count) throw countMismatch(whole.rows, lines)
      return { result: undefined, file: whole.path, rows: lines.count, bad }
    }
    const {
      statements,
      inputs = [],
      outputFile,
      countOf,
      exempt,
    } = await input.write({ sql, lines })
    const task = { inputs: [...files, ...inputs], threadsMax: 1 }
    // What was not looked at is looked at as soon as anything is wrong.
    mayBePlain = false
    try {
      const { encode, partitionedRowsMax } = input
      const output = outputFile === undefined ? { outputFolder: input.folder } : { outputFile }
      const how = { limits: { rowsMax }, mapsAsJson: true, encode, partitionedRowsMax }
      const more = { statements, ...output, ...how }
      const result = await input.engine.run({ ...task, ...more }, input.signal)
      const rows = countOf(result)
      if (rows === lines.count) return { result, rows, bad }
      if (hasPlain) continue
      throw countMismatch(rows, lines)
    } catch (error) {
      if (!isLakeError(error, 'QueryFailed') || error.details['crashed']) throw error
      if (hasPlain) continue
      const before = bad.size
      const statements = [plan.classify(lines.longestBytes, exempt)]
      const found = await input.engine.run(
        { ...task, statements, limits: { rowsMax: badPerRoundMax } },
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

/** Writes for the engine what is not bad: as columns if that can be, else as lines. */
async function writeRows(
  input: RowsInput,
  plan: RowsPlan,
  bad: Map<number, BadRecord>,
  mayBePlain: boolean,
) {
  const { reader } = input
  const framing: TakingOptions = {
    lowerKeys: reader.kind === 'hive' || reader.caseInsensitive,
    dotsToUnderscores: reader.kind === 'openx' && reader.dotsToUnderscores,
    quotedNumbers: reader.kind === 'openx',
  }
  const { columns } = plan
  const packing = columns?.areFinal ? input.packing : undefined
  const taken =
    mayBePlain && columns && (await writeColumns(input, columns.taken, framing, packing))
  if (columns && taken) {
    const { lines, parts, columnRows } = taken
    for (const [record, why] of taken.bad) bad.set(record, why)
    const sql = parts.map(({ kind, name }) =>
      kind === 'columns' ? columns.sql(name) : plan.sql(lines.longestBytes, name),
    )
    const [first, ...others] = parts
    const isWhole = packing !== undefined && first?.kind === 'columns' && others.length === 0
    const whole = isWhole ? { path: first.path, rows: columnRows } : undefined
    return { sql: sql.join(' UNION ALL '), lines, hasPlain: true, files: parts, whole }
  }
  const { path, lines, hasPlain } = await writeLines(input, framing, bad, mayBePlain)
  const files = [{ name: linesFile, path }]
  return { sql: plan.sql(lines.longestBytes, linesFile), lines, hasPlain, files }
}

function countMismatch(rows: number, { count }: Lines) {
  return DeliveryErrors.DeliveryCountMismatch('rows were lost or added in the conversion', {
    rows,
    lines: count,
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

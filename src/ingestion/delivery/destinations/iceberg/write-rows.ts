import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { currentSchema, type StructField, type TableMetadata } from '#catalog/tables'
import type { EngineResult, QueryEngine } from '#processing/engine'
import {
  bucketMacros,
  copyData,
  finishFiles,
  writtenFiles,
  type Raise,
  type WrittenFile,
} from '#processing/iceberg'
import { convertRows, type BadRecord, type Rows, type Writing } from '../../conversion/index.ts'
import { rawOf, type DeliveryRecord, type RecordSet } from '../../delivery-record.ts'
import { operationOf } from './routing.ts'
import { keyMetadata, rowColumns } from './table-shape.ts'

export interface WriteRowsInput {
  readonly metadata: TableMetadata
  readonly records: RecordSet
  /** By what rows are updated and deleted; undefined when all records are inserts. */
  readonly keys: readonly StructField[] | undefined
  readonly engine: QueryEngine
  /** A folder of its own. */
  readonly folder: string
  readonly signal: AbortSignal
}

export interface WrittenRows {
  readonly data: readonly WrittenFile[]
  /** Equality deletes. */
  readonly deletes: readonly WrittenFile[]
  /** By the record's place. */
  readonly bad: ReadonlyMap<number, BadRecord>
}

const reader = {
  kind: 'openx',
  caseInsensitive: true,
  dotsToUnderscores: false,
  mappings: {},
} as const
const filesMax = 100_000
/** Rows are sorted by partition: so the engine holds a few partitions at once, of however many. */
const partitionedRowsMax = 4096

/** Writes records as data files of a table and, where they update or delete, as equality deletes. */
export async function writeRows(input: WriteRowsInput): Promise<WrittenRows> {
  const { metadata, engine, folder, signal } = input
  const written = await converted(input)
  return { ...written, data: await finishFiles(engine, written.data, { metadata }, folder, signal) }
}

async function converted(input: WriteRowsInput): Promise<WrittenRows> {
  const { metadata, keys } = input
  const convert = (write: (rows: Rows) => Writing | Promise<Writing>) =>
    convertRows({
      records: () => rawOf(input.records, input.signal),
      columns: rowColumns(metadata),
      reader,
      engine: input.engine,
      folder: input.folder,
      partitionedRowsMax,
      write,
      signal: input.signal,
    })
  if (!keys) {
    let rounds = 0
    const { result, bad } = await convert(({ sql }) => {
      // What a round before left behind is not in the way.
      rounds += 1
      return {
        statements: [...bucketMacros, copyTo(`data-${rounds}`, sql, metadata)],
        countOf: countOfFiles,
      }
    })
    return { data: result ? writtenFiles(result, { metadata }) : [], deletes: [], bad }
  }
  const { result, bad } = await convert((rows) => keyedRows(input, rows))
  if (!result) return { data: [], deletes: [], bad }
  const data = await copyKeyed(input, 'data', survivors(metadata, keys), metadata)
  const deletes = await copyKeyed(
    input,
    'deletes',
    deleted(metadata, keys),
    keyMetadata(metadata, keys),
  )
  return { data, deletes, bad }
}

/** A cast that cannot succeed. */
const raise: Raise = (type, text) => `CAST(CAST(${text} AS INTEGER) AS ${type})`

function copyTo(folder: string, sql: string, metadata: TableMetadata): string {
  return copyData({ sql, metadata, raise, sortParts: true, folder: `{out}/${folder}` })
}

function countOfFiles({ columns, rows }: EngineResult): number {
  const count = columns.findIndex(({ name }) => name === 'count')
  return rows.reduce((sum, row) => sum + Number(row[count]), 0)
}

const operations = { insert: 0, update: 1, delete: 2 } as const

/** All rows in their types, with their line and what they do, in a file that the next tasks read. */
async function keyedRows(input: WriteRowsInput, { sql, lines }: Rows): Promise<Writing> {
  const path = join(input.folder, 'operations.csv')
  await writeOperations(path, input, lines)
  const required = currentSchema(input.metadata).fields.flatMap((field, index) =>
    field.required ? [`r.c${index} IS NULL`] : [],
  )
  const read = `SELECT op FROM read_csv('{in}/operations.csv', header = false, columns = {'op': 'TINYINT'}, auto_detect = false)`
  const both = `r JOIN o ON r.rowid = o.rowid`
  const check =
    required.length === 0
      ? []
      : [
          `SELECT CAST(CASE WHEN count(*) > 0 THEN 'a value is missing' ELSE '0' END AS INTEGER) FROM ${both} WHERE o.op <> ${operations.delete} AND (${required.join(' OR ')})`,
        ]
  return {
    inputs: [{ name: 'operations.csv', path }],
    statements: [
      `CREATE TABLE r AS ${sql}`,
      `CREATE TABLE o AS ${read}`,
      ...check,
      `COPY (SELECT r.*, o.op AS op, r.rowid AS line FROM ${both}) TO '{out}/keyed.parquet' (FORMAT parquet)`,
    ],
    countOf: ({ rows }) => Number(rows[0]?.[0]),
    exempt: `line IN (SELECT n FROM (SELECT row_number() OVER () AS n, op FROM (${read})) WHERE op = ${operations.delete})`,
  }
}

async function writeOperations(
  path: string,
  { records, signal }: WriteRowsInput,
  lines: Rows['lines'],
): Promise<void> {
  await using file = await open(path, 'w', 0o600)
  const entries = lines.entries()
  let next = entries.next()
  let index = 0
  for await (const page of records.pages(signal)) {
    let text = ''
    for (const record of page) {
      if (!next.done && next.value.record === index) {
        text += `${codeOf(record)}\n`.repeat(next.value.count)
        next = entries.next()
      }
      index += 1
    }
    await file.writeFile(text)
  }
}

function codeOf(record: DeliveryRecord): number {
  return operations[operationOf(record)!]
}

async function copyKeyed(
  { engine, folder, signal }: WriteRowsInput,
  name: string,
  sql: string,
  metadata: TableMetadata,
): Promise<readonly WrittenFile[]> {
  const result = await engine.run(
    {
      inputs: [{ name: 'keyed.parquet', path: join(folder, 'keyed.parquet') }],
      outputFolder: folder,
      statements: [
        ...bucketMacros,
        `CREATE VIEW k AS SELECT * FROM read_parquet('{in}/keyed.parquet')`,
        copyTo(name, sql, metadata),
      ],
      limits: { rowsMax: filesMax },
      partitionedRowsMax,
      mapsAsJson: true,
    },
    signal,
  )
  return writtenFiles(result, { metadata })
}

/** Rows that no later record of the batch updates or deletes. */
function survivors(metadata: TableMetadata, keys: readonly StructField[]): string {
  const { fields } = currentSchema(metadata)
  const columns = fields.map((_, index) => `b.c${index}`).join(', ')
  const own = keys.map(({ id }) => `c${fields.findIndex((field) => field.id === id)}`)
  const same = own.map((column) => `b.${column} IS NOT DISTINCT FROM d.${column}`).join(' AND ')
  const last = `SELECT ${own.join(', ')}, max(line) AS last FROM k WHERE op > 0 GROUP BY ALL`
  return `SELECT ${columns} FROM k AS b LEFT JOIN (${last}) AS d ON ${same} WHERE b.op <> ${operations.delete} AND (d.last IS NULL OR b.line >= d.last)`
}

/** The keys whose rows in older snapshots are no more. */
function deleted(metadata: TableMetadata, keys: readonly StructField[]): string {
  const { fields } = currentSchema(metadata)
  const columns = keys.map(
    ({ id }, index) => `c${fields.findIndex((field) => field.id === id)} AS c${index}`,
  )
  return `SELECT DISTINCT ${columns.join(', ')} FROM k WHERE op > 0`
}

import type { PartitionRecord, TableRecord, TableRef } from '#catalog/metastore'
import {
  type Analysis,
  type Insert,
  type TableColumn,
  type Type,
  canAssign,
  castSql,
  engineType,
  typeText,
} from '#consumption/sql'
import { isLakeError } from '#kit'
import { formatOf } from '../formats/format.ts'
import { failed } from '../planning/failure.ts'
import { type Location, parseLocation } from '../planning/location.ts'
import { columnsOf } from '../planning/lookup.ts'
import { type WriteColumn, type WriteFormat, checkWritable } from './file-format.ts'
import { checkCompression } from './properties.ts'
import type { WriteParts } from './run-write.ts'
import { type WriteTarget, partitionFolder, tableRefOf } from './target.ts'

/** INSERT INTO: files beside those of the table, and the partitions that they need. https://docs.aws.amazon.com/athena/latest/ug/insert-into.html */
export async function insertTarget(
  statement: Insert,
  analysis: Analysis,
  { metastore, context }: WriteParts,
): Promise<WriteTarget> {
  const ref = tableRefOf(statement.table, context)
  const table = await tableOf(ref, () => metastore.getTable(ref))
  // https://docs.aws.amazon.com/athena/latest/ug/insert-into.html#insert-into-limitations
  if (
    (table.storage?.bucketColumns ?? []).length > 0 &&
    (table.storage?.numberOfBuckets ?? 0) > 0
  ) {
    throw failed('NOT_SUPPORTED', 'INSERT into a bucketed table is not supported')
  }
  const format = writeFormatOf(table)
  const base = parseLocation(table.storage?.location)
  if (!base) throw failed('HIVE_METASTORE_ERROR', `Table '${ref.table}' has no S3 location`)
  const values = valuesOf(statement, analysis, { ...table, columns: columnsOf(table) })
  for (const { name, type } of values) checkWritable(format, name, type)
  const keyNames = (table.partitionKeys ?? []).map((key) => key.name.toLowerCase())
  const columns = values.slice(0, values.length - keyNames.length)
  const keys = values.slice(columns.length)
  // As Trino has it: https://trino.io/docs/current/connector/hive.html
  const other = format.kind === 'csv' && columns.find(({ type }) => type.kind !== 'varchar')
  if (other) {
    throw failed('NOT_SUPPORTED', `INSERT into CSV: column ${other.name} is not of type string`)
  }
  const projected = table.parameters?.['projection.enabled']?.toLowerCase() === 'true'
  if (projected && table.parameters?.['storage.location.template'] !== undefined) {
    throw failed('NOT_SUPPORTED', 'INSERT into a table with storage.location.template')
  }
  let places = new Map<string, Location>()
  let existing = new Set<string>()
  const keyOf = (partition: readonly string[]) => JSON.stringify(partition)
  return {
    format,
    columns: columns.map((column) => ({ ...column, name: fileName(column.name, table) })),
    keys,
    locate: async (partitions) => {
      if (keys.length === 0) return [base]
      const records = projected ? [] : await metastore.getPartitions(ref, partitions)
      const found = new Map(records.map((record) => [keyOf(record.values), record]))
      existing = new Set(found.keys())
      places = new Map(
        partitions.map((partition) => {
          const record = found.get(keyOf(partition))
          const place = record ? placeOf(record, table) : partitionFolder(base, keyNames, partition)
          return [keyOf(partition), place]
        }),
      )
      return [...places.values()]
    },
    record: async (tx, partitions) => {
      if (keys.length === 0 || projected || partitions.length === 0) return
      const inputs = partitions.map((partition) => {
        const { bucket, prefix } = places.get(keyOf(partition))!
        const storage = { ...table.storage, location: `s3://${bucket}/${prefix}` }
        return { values: partition, storage, parameters: {} }
      })
      const added = await metastore.addPartitions(ref, inputs, tx)
      // One that came meanwhile may lie elsewhere: its files would not be found where ours are.
      if (added.existing.some((partition) => !existing.has(keyOf(partition)))) {
        throw failed(
          'HIVE_CONCURRENT_MODIFICATION',
          'a partition was added at the same time: retry',
        )
      }
    },
  }
}

async function tableOf(ref: TableRef, get: () => Promise<TableRecord>): Promise<TableRecord> {
  try {
    const table = await get()
    if (table.tableType !== 'VIRTUAL_VIEW') return table
    throw failed('NOT_SUPPORTED', 'line 1:1: Inserting into views is not supported')
  } catch (error) {
    if (isLakeError(error, 'TableNotFound') || isLakeError(error, 'DatabaseNotFound')) {
      const name = `awsdatacatalog.${ref.database}.${ref.table}`
      throw failed('TABLE_NOT_FOUND', `line 1:1: Table '${name}' does not exist`)
    }
    throw error
  }
}

function writeFormatOf(table: TableRecord): WriteFormat {
  const format = formatOf(table)
  const { parameters = {} } = table
  const given =
    parameters['write.compression'] ??
    parameters[`${format.kind}.compression`] ??
    parameters['orc.compress'] ??
    parameters['compression']
  switch (format.kind) {
    case 'parquet':
      return { kind: 'parquet', compression: checkCompression('parquet', given) }
    case 'json':
      if (format.path !== undefined) {
        throw failed(
          'NOT_SUPPORTED',
          'INSERT into a table whose records stand within JSON documents',
        )
      }
      return { kind: 'json', compression: checkCompression('json', given) }
    case 'text': {
      if (format.escape !== undefined) {
        throw failed('NOT_SUPPORTED', 'INSERT into delimited text with ESCAPED BY')
      }
      if (format.skipLines > 0) {
        throw failed('NOT_SUPPORTED', 'INSERT into a table with skip.header.line.count')
      }
      const { delimiter, nullText } = format
      return { kind: 'text', compression: checkCompression('text', given), delimiter, nullText }
    }
    case 'csv': {
      const { delimiter, quote, escape } = format
      if (format.skipLines > 0) {
        throw failed('NOT_SUPPORTED', 'INSERT into a table with skip.header.line.count')
      }
      if (new Set([delimiter, quote, escape]).size < 3) {
        throw failed(
          'NOT_SUPPORTED',
          'INSERT into CSV whose quotes, escapes or separators are alike',
        )
      }
      return { kind: 'csv', compression: checkCompression('csv', given), delimiter, quote, escape }
    }
    case 'orc':
      return { kind: 'orc', compression: checkCompression('orc', given) }
    case 'avro': {
      const { schema } = format
      const compression = checkCompression('avro', given)
      return { kind: 'avro', compression, ...(schema !== undefined && { schema }) }
    }
    case 'decoded': {
      const serde = table.storage?.serde?.serializationLibrary ?? 'this kind'
      throw failed('NOT_SUPPORTED', `INSERT into a table of ${serde}`)
    }
  }
}

/** The table's columns, each with its value of the query; NULL for those that are not named. */
export function valuesOf(
  statement: Insert,
  analysis: Analysis,
  table: {
    readonly database: string
    readonly name: string
    readonly columns: readonly TableColumn[]
  },
  /** SQL for a column that is not named. */
  omitted: (name: string) => string = () => 'NULL',
): readonly WriteColumn[] {
  const { columns } = table
  const { line, column } = statement
  const where = `line ${line}:${column}: `
  const named = statement.columns ?? columns.map((each) => each.name)
  for (const [index, name] of named.entries()) {
    if (!columns.some((each) => each.name === name)) {
      const full = `awsdatacatalog.${table.database}.${table.name}`
      throw failed(
        'COLUMN_NOT_FOUND',
        `${where}Insert column name does not exist in target table: ${full}.${name}`,
      )
    }
    if (named.indexOf(name) !== index) {
      throw failed(
        'DUPLICATE_COLUMN_NAME',
        `${where}Insert column name is specified more than once: ${name}`,
      )
    }
  }
  const wanted = named.map((name) => columns.find((each) => each.name === name)!.type)
  const given = analysis.columns.map((each) => each.type)
  if (
    wanted.length !== given.length ||
    wanted.some((type, index) => !canAssign(given[index]!, type))
  ) {
    const list = (types: readonly Type[]) => types.map(typeText).join(', ')
    throw failed(
      'TYPE_MISMATCH',
      `${where}Insert query has mismatched column types: Table: [${list(wanted)}], Query: [${list(given)}]`,
    )
  }
  return columns.map(({ name, type }) => {
    const index = named.indexOf(name)
    const value = index < 0 ? omitted(name) : castSql(`q.c${index}`, given[index]!, type, statement)
    return { name, type, sql: `CAST(${value} AS ${engineType(type)})` }
  })
}

/** What a column is called in the files: JSON may map it to another key. */
function fileName(name: string, table: TableRecord): string {
  const format = formatOf(table)
  return format.kind === 'json' ? (format.mapping[name] ?? name) : name
}

function placeOf(record: PartitionRecord, table: TableRecord): Location {
  const place = parseLocation(record.storage?.location)
  const same = JSON.stringify(formatOf(table, record.storage)) === JSON.stringify(formatOf(table))
  if (place && same) return place
  throw failed(
    'NOT_SUPPORTED',
    `INSERT into a partition that is stored otherwise than its table: ${record.values.join('/')}`,
  )
}

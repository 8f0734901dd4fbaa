import type { TableInput, TableRef } from '#catalog/metastore'
import { type Analysis, type CreateTableAs, hiveTypeText, storageFormat } from '#consumption/sql'
import { isLakeError } from '#kit'
import { failed } from '../planning/failure.ts'
import { type Location, parseLocation } from '../planning/location.ts'
import { type Buckets, bucketsOf } from './buckets.ts'
import { outputColumns } from './columns.ts'
import type { WriteColumn, WriteFormat } from './file-format.ts'
import { writeOptions } from './properties.ts'
import type { WriteParts } from './run-write.ts'
import { type WriteTarget, checkEmpty, partitionFolder, splitKeys, tableRefOf } from './target.ts'

/**
 * CREATE TABLE AS: https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html. Undefined when the
 * table is there and may be. Without `external_location` it lies under the query's output location.
 */
export async function createTableTarget(
  statement: CreateTableAs,
  analysis: Analysis,
  parts: WriteParts,
): Promise<WriteTarget | undefined> {
  const { metastore, objects, context, outputLocation } = parts
  const ref = tableRefOf(statement.table, context)
  const {
    format,
    partitionedBy,
    location: given,
    buckets: wanted,
  } = writeOptions('createTableAs', statement.properties)
  if (await exists(ref, parts)) {
    if (statement.ifNotExists) return undefined
    throw alreadyExists(ref)
  }
  if (given !== undefined && parts.locationEnforced) {
    throw failed(
      'INVALID_TABLE_PROPERTY',
      'external_location cannot be set: the workgroup enforces its own output location',
    )
  }
  if (given === undefined && outputLocation === undefined) {
    throw failed(
      'INVALID_TABLE_PROPERTY',
      'external_location must be set: the workgroup has no output location for tables',
    )
  }
  const base = parseLocation(given ?? outputLocation)
  if (!base) throw failed('INVALID_TABLE_PROPERTY', `Invalid external_location: ${given}`)
  await checkEmpty(base, `table '${ref.database}.${ref.table}'`, objects, context.accountId)
  const { columns, keys } = splitKeys(outputColumns(analysis, format), partitionedBy)
  const buckets = wanted && bucketsOf(wanted, columns)
  const input = tableInput(ref.table, base, format, columns, keys, buckets)
  const names = keys.map((key) => key.name)
  const locate = async (partitions: readonly (readonly string[])[]) =>
    keys.length === 0 ? [base] : partitions.map((values) => partitionFolder(base, names, values))
  return {
    format,
    columns,
    keys,
    ...(buckets && { buckets }),
    locate,
    record: async (tx, partitions) => {
      try {
        await metastore.createTable(ref, input, parts.createdBy, { tx })
      } catch (error) {
        throw isLakeError(error, 'AlreadyExists') ? alreadyExists(ref) : error
      }
      if (keys.length === 0 || partitions.length === 0) return
      const inputs = partitions.map((values) => {
        const { bucket, prefix } = partitionFolder(base, names, values)
        return {
          values,
          storage: { ...input.storage, location: `s3://${bucket}/${prefix}` },
          parameters: {},
        }
      })
      await metastore.addPartitions(ref, inputs, tx)
    },
  }
}

async function exists(ref: TableRef, { metastore }: WriteParts): Promise<boolean> {
  try {
    await metastore.getTable(ref)
    return true
  } catch (error) {
    if (isLakeError(error, 'TableNotFound')) return false
    if (isLakeError(error, 'DatabaseNotFound')) {
      throw failed('SCHEMA_NOT_FOUND', `line 1:1: Schema '${ref.database}' does not exist`)
    }
    throw error
  }
}

function alreadyExists(ref: TableRef) {
  return failed(
    'TABLE_ALREADY_EXISTS',
    `line 1:1: Destination table 'awsdatacatalog.${ref.database}.${ref.table}' already exists`,
  )
}

const storedAs = {
  parquet: 'PARQUET',
  orc: 'ORC',
  avro: 'AVRO',
  json: 'JSONFILE',
  text: 'TEXTFILE',
  csv: 'TEXTFILE',
} as const

function tableInput(
  name: string,
  { bucket, prefix }: Location,
  format: WriteFormat,
  columns: readonly WriteColumn[],
  keys: readonly WriteColumn[],
  buckets: Buckets | undefined,
): TableInput {
  const stored = storageFormat({
    storedAs: storedAs[format.kind],
    serde: undefined,
    serdeProperties: {},
    inputFormat: undefined,
    outputFormat: undefined,
  })
  const property = format.kind === 'parquet' ? 'parquet.compression' : 'write.compression'
  const delimiters: Readonly<Record<string, string>> =
    format.kind === 'text' && format.delimiter !== '\u0001'
      ? { 'field.delim': format.delimiter, 'serialization.format': format.delimiter }
      : { 'serialization.format': '1' }
  const column = (each: WriteColumn) => ({ name: each.name, type: hiveTypeText(each.type) })
  return {
    name,
    tableType: 'EXTERNAL_TABLE',
    partitionKeys: keys.map(column),
    parameters: {
      EXTERNAL: 'TRUE',
      has_encrypted_data: 'false',
      [property]: format.compression.toUpperCase(),
      ...(buckets && { bucketing_version: '1' }),
    },
    storage: {
      columns: columns.map(column),
      location: `s3://${bucket}/${prefix}`,
      inputFormat: stored.inputFormat,
      outputFormat: stored.outputFormat,
      compressed: false,
      numberOfBuckets: buckets?.count ?? -1,
      ...(buckets && { bucketColumns: buckets.columns.map((each) => each.name) }),
      serde: { serializationLibrary: stored.serde, parameters: delimiters },
      storedAsSubDirectories: false,
    },
  }
}

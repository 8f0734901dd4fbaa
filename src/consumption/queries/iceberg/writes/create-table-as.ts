import { type StructField } from '#catalog/tables'
import { type Analysis, type CreateTableAs, type WriteProperties, inUtcSql } from '#consumption/sql'
import { isLakeError } from '#kit'
import type { TaskFile } from '#processing/iceberg'
import { failed } from '../../planning/failure.ts'
import type { WriteParts, WriteResult } from '../../writes/run-write.ts'
import { tableRefOf } from '../../writes/target.ts'
import { icebergTypeOf, idsAfter } from '../ddl/column-type.ts'
import { newTableInput } from '../ddl/create-table.ts'
import { icebergProperties } from '../ddl/properties.ts'
import { commitRows, writeRows } from './insert.ts'

/** Properties of CREATE TABLE AS that say how the table is, and not what is in it. */
const ownProperties = ['table_type', 'is_external', 'location', 'external_location', 'partitioning']

export function isIcebergTableAs(statement: CreateTableAs): boolean {
  return text(statement.properties, 'table_type')?.toUpperCase() === 'ICEBERG'
}

/** Refuses what `createTableAs` would refuse before it reads rows. */
export async function checkTableAs(
  statement: CreateTableAs,
  analysis: Analysis,
  { tables, metastore, context }: WriteParts,
): Promise<void> {
  const ref = tableRefOf(statement.table, context)
  const { table: _table, ...database } = ref
  await tables.stage(database, tableInput(statement, analysis))
  if (statement.ifNotExists) return
  const found = await metastore.getTable(ref).catch((error: unknown) => {
    if (isLakeError(error, 'TableNotFound')) return
    throw error
  })
  if (found) throw alreadyExists(ref)
}

/**
 * CREATE TABLE AS with `table_type = 'ICEBERG'`: the table and its rows appear together. Undefined result files when nothing is written.
 * https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html#ctas-table-properties
 */
export async function createTableAs(
  statement: CreateTableAs,
  analysis: Analysis,
  taskFiles: TaskFile[],
  parts: WriteParts,
): Promise<WriteResult> {
  const { tables, context, createdBy } = parts
  const ref = tableRefOf(statement.table, context)
  const { table: _table, ...database } = ref
  const nothing = { manifestLocation: undefined, scannedBytes: 0, planningMs: 0, rowCount: 0 }
  try {
    const metadata = await tables.stage(database, tableInput(statement, analysis))
    if (!statement.withData) {
      await tables.createStaged(ref, metadata, createdBy, {
        onCommit: (tx) => parts.onCommit(tx, nothing),
      })
      return nothing
    }
    const values = analysis.columns.map(({ type }, at) => inUtcSql(`q.c${at}`, type))
    const prepared = await writeRows(analysis, values, { metadata }, taskFiles, parts)
    const added = prepared.files
    return await commitRows(prepared, parts, (onCommit) =>
      tables.createStaged(ref, metadata, createdBy, {
        ...(added.length > 0 ? { snapshot: { change: { kind: 'append', added } } } : {}),
        onCommit,
      }),
    )
  } catch (error) {
    if (!isLakeError(error, 'TableExists') && !isLakeError(error, 'AlreadyExists')) throw error
    if (statement.ifNotExists) return nothing
    throw alreadyExists(ref)
  }
}

function tableInput(statement: CreateTableAs, analysis: Analysis) {
  const { properties } = statement
  if (text(properties, 'is_external')?.toLowerCase() !== 'false') {
    // https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
    throw failed('INVALID_TABLE_PROPERTY', 'is_external must be false for table type ICEBERG')
  }
  if (properties.has('external_location')) {
    throw failed('INVALID_TABLE_PROPERTY', 'Use location instead of external_location for Iceberg')
  }
  const nextId = idsAfter(0)
  const fields = analysis.columns.map((column, at): StructField => {
    const name = column.name.toLowerCase()
    if (/^_col\d+$/.test(name)) {
      throw failed(
        'MISSING_COLUMN_NAME',
        `line 1:1: Column name not specified at position ${at + 1}`,
      )
    }
    if (column.type.kind === 'unknown') {
      throw failed('COLUMN_TYPE_UNKNOWN', `line 1:1: Column type is unknown at position ${at + 1}`)
    }
    const id = nextId()
    return { id, name, required: false, type: icebergTypeOf(column.type, name, nextId) }
  })
  const partitioning = properties.get('partitioning') ?? []
  if (typeof partitioning === 'string') {
    throw failed('INVALID_TABLE_PROPERTY', "line 1:1: Unable to set table property 'partitioning'")
  }
  const others = [...properties].filter(([name]) => !ownProperties.includes(name))
  return newTableInput({
    name: statement.table.at(-1)!,
    fields,
    partitioning,
    location: text(properties, 'location'),
    properties: icebergProperties(
      Object.fromEntries(others.map(([name]) => [name, text(properties, name)!])),
    ),
  })
}

function text(properties: WriteProperties, name: string): string | undefined {
  const value = properties.get(name)
  if (value === undefined || typeof value === 'string') return value
  throw failed('INVALID_TABLE_PROPERTY', `line 1:1: Unable to set table property '${name}'`)
}

function alreadyExists({ database, table }: { database: string; table: string }) {
  return failed(
    'TABLE_ALREADY_EXISTS',
    `line 1:1: Destination table 'awsdatacatalog.${database}.${table}' already exists`,
  )
}

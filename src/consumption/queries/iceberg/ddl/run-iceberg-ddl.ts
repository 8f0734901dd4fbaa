import type { TableRef } from '#catalog/metastore'
import { type IcebergTables, type LoadedTable, type Schema, isIcebergTable } from '#catalog/tables'
import type { DdlStatement, TableName } from '#consumption/sql'
import { isLakeError } from '#kit'
import { failed } from '../../planning/failure.ts'
import { type DdlParts } from '../../statements/run-ddl.ts'
import { type TextResult, nothing } from '../../statements/text-result.ts'
import { createTableInput } from './create-table.ts'
import { evolvedSchema } from './evolve-schema.ts'
import { icebergProperties, withIcebergNames } from './properties.ts'
import { describeIceberg, showCreateIceberg, showIcebergProperties } from './show.ts'

/**
 * Runs a statement that makes, changes or shows an Iceberg table; undefined for one that is of another table, or that is no
 * different for Iceberg's. https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-managing-tables.html
 */
export async function runIcebergDdl(
  statement: DdlStatement,
  parts: DdlParts,
): Promise<TextResult | undefined> {
  const { tables, metastore, context, createdBy } = parts
  const refOf = (name: TableName): TableRef => ({
    accountId: context.accountId,
    region: context.region,
    database: name.database ?? context.database,
    table: name.table,
  })
  if (statement.kind === 'createIcebergTable') {
    const { table: _table, ...database } = refOf(statement.name)
    try {
      await tables.create(database, createTableInput(statement), createdBy)
    } catch (error) {
      const exists = isLakeError(error, 'TableExists') || isLakeError(error, 'AlreadyExists')
      if (!exists || !statement.ifNotExists) throw error
    }
    return nothing
  }
  if (!('name' in statement)) return undefined
  const ref = refOf(statement.name)
  const record = await metastore.getTable(ref).catch((error: unknown) => {
    if (isLakeError(error, 'TableNotFound') || isLakeError(error, 'DatabaseNotFound')) return
    throw error
  })
  if (!record || !isIcebergTable(record)) return undefined
  if (statement.kind === 'renameTable') {
    const { table, database = ref.database } = statement.to
    await tables.rename(ref, refOf({ table, database }))
    return nothing
  }
  return onTable(statement, ref, await tables.load(ref), parts)
}

async function onTable(
  statement: DdlStatement,
  ref: TableRef,
  loaded: LoadedTable,
  { tables, createdBy }: DdlParts,
): Promise<TextResult | undefined> {
  const { metadata } = loaded
  const commit = (updates: readonly unknown[]) =>
    commitSchema(tables, ref, loaded, updates, createdBy)
  const evolve = (schema: Schema) =>
    commit([
      { action: 'add-schema', schema },
      { action: 'set-current-schema', 'schema-id': -1 },
    ])
  switch (statement.kind) {
    case 'addColumns': {
      const { columns, partition } = statement
      if (partition) throw failed('NOT_SUPPORTED', 'partitions of Iceberg tables have no columns')
      await evolve(evolvedSchema(metadata, { kind: 'addColumns', columns }))
      return nothing
    }
    case 'changeColumn':
    case 'dropColumn':
      await evolve(evolvedSchema(metadata, statement))
      return nothing
    case 'setProperties':
      await commit([{ action: 'set-properties', updates: icebergProperties(statement.properties) }])
      return nothing
    case 'unsetProperties':
      await commit([
        { action: 'remove-properties', removals: withIcebergNames(statement.properties) },
      ])
      return nothing
    // The data go with the table: https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-drop-table.html
    case 'dropTable':
      await tables.drop(ref, { purgeAt: loaded.location })
      return nothing
    case 'describe':
      if (statement.style === 'extended' || statement.partition || statement.column.length > 0) {
        throw failed(
          'NOT_SUPPORTED',
          'DESCRIBE of an Iceberg table takes FORMATTED alone: DESCRIBE [FORMATTED] table',
        )
      }
      return describeIceberg(loaded, statement.style === 'formatted')
    case 'showCreateTable':
      return showCreateIceberg(loaded)
    case 'showProperties':
      return showIcebergProperties(loaded, statement.property)
    case 'showColumns':
    case 'showCreateView':
    case 'dropView':
    case 'createView':
    case 'createTable':
      return undefined
    default:
      throw failed(
        'NOT_SUPPORTED',
        `${statement.kind.replaceAll(/[A-Z]/g, (letter) => ` ${letter}`).toUpperCase()} is not supported for Iceberg tables`,
      )
  }
}

/** What somebody else does to the schema meanwhile is not overwritten. */
async function commitSchema(
  tables: IcebergTables,
  ref: TableRef,
  { metadata }: LoadedTable,
  updates: readonly unknown[],
  createdBy: string,
): Promise<void> {
  const requirements = [
    { type: 'assert-table-uuid', uuid: metadata['table-uuid'] },
    { type: 'assert-current-schema-id', 'current-schema-id': metadata['current-schema-id'] },
    { type: 'assert-last-assigned-field-id', 'last-assigned-field-id': metadata['last-column-id'] },
  ]
  await tables.commit({ ref, requirements, updates }, createdBy)
}

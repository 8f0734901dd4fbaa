import type { CatalogRef, TableInput, TableRecord } from '#catalog/metastore'
import type { QueryCatalog } from '../rights/guarded-catalog.ts'
import type { IcebergTables } from '#catalog/tables'
import { type DdlStatement, type TableName, storageFormat } from '#consumption/sql'
import { type LakeError, isLakeError } from '#kit'
import type { QueryEngine } from '#processing/engine'
import type { Objects } from '#storage/objects'
import type { QueryContext } from '../planning/lookup.ts'
import { failed } from '../planning/failure.ts'
import { parseLocation } from '../planning/location.ts'
import { runIcebergDdl } from '../iceberg/ddl/run-iceberg-ddl.ts'
import { alterColumns } from './alter-columns.ts'
import {
  addPartitions,
  dropPartitions,
  partitionValues,
  renamePartition,
} from './alter-partitions.ts'
import { checkColumns } from './check-columns.ts'
import { createView } from './create-view.ts'
import { repairTable } from './repair-table.ts'
import { show } from './show.ts'
import { type TextResult, nothing } from './text-result.ts'

export interface DdlParts {
  readonly metastore: QueryCatalog
  readonly tables: IcebergTables
  readonly objects: Objects
  readonly engine: QueryEngine
  readonly context: QueryContext
  readonly startMs: number
  /** Who is named as the maker of what is made. */
  readonly createdBy: string
  readonly signal: AbortSignal
}

/** Runs a statement of DDL, SHOW or DESCRIBE against the catalog. */
export async function runDdl(statement: DdlStatement, parts: DdlParts): Promise<TextResult> {
  try {
    return (await runIcebergDdl(statement, parts)) ?? (await run(statement, parts))
  } catch (error) {
    throw isLakeError(error) ? inHiveWords(error, statement) : error
  }
}

async function run(statement: DdlStatement, parts: DdlParts): Promise<TextResult> {
  const { metastore, context } = parts
  const catalog: CatalogRef = { accountId: context.accountId, region: context.region }
  const ref = (name: TableName) => ({
    ...catalog,
    database: name.database ?? context.database,
    table: name.table,
  })
  const table = (name: TableName) => metastore.getTable(ref(name))
  switch (statement.kind) {
    case 'createDatabase': {
      const { database: name, comment: description, location: locationUri } = statement
      const parameters = statement.properties
      await unlessExists(statement.ifNotExists, () =>
        metastore.createDatabase(catalog, { name, description, locationUri, parameters }),
      )
      return nothing
    }
    case 'setDatabaseProperties':
      await metastore.updateDatabase({ ...catalog, database: statement.database }, (current) => ({
        ...current,
        parameters: { ...current.parameters, ...statement.properties },
      }))
      return nothing
    case 'dropDatabase':
      return dropDatabase(statement, catalog, metastore)
    case 'createTable': {
      if (statement.properties['table_type']?.toUpperCase() === 'ICEBERG') {
        // https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-creating-tables.html
        throw failed('NOT_SUPPORTED', 'External keyword not supported for table type ICEBERG')
      }
      const { table: name, ...database } = ref(statement.name)
      const input = tableInput(statement, name)
      await unlessExists(statement.ifNotExists, () =>
        metastore.createTable(database, input, parts.createdBy),
      )
      return nothing
    }
    case 'dropTable':
    case 'dropView': {
      const wanted = statement.kind === 'dropView'
      await unlessMissing(statement.ifExists, async () => {
        const { tableType } = await table(statement.name)
        if ((tableType === 'VIRTUAL_VIEW') !== wanted) {
          throw failed(
            'FAILED: SemanticException [Error 10001]',
            wanted
              ? `${statement.name.table} is a table, use DROP TABLE`
              : `${statement.name.table} is a view, use DROP VIEW`,
          )
        }
        await metastore.deleteTable(ref(statement.name))
      })
      return nothing
    }
    case 'createView':
      return createView(statement, parts)
    case 'addPartitions':
      await addPartitions(statement, await table(statement.name), ref(statement.name), metastore)
      return nothing
    case 'dropPartitions':
      await dropPartitions(statement, await table(statement.name), ref(statement.name), metastore)
      return nothing
    case 'addColumns':
    case 'replaceColumns':
    case 'changeColumn':
      await alterColumns(statement, await table(statement.name), ref(statement.name), metastore)
      return nothing
    case 'setProperties':
      await change(await table(statement.name), (current) => ({
        parameters: { ...current.parameters, ...statement.properties },
      }))
      return nothing
    case 'setLocation': {
      checkLocation(statement.location)
      const { location } = statement
      const current = await table(statement.name)
      if (!statement.partition) {
        await change(current, ({ storage }) => ({ storage: { ...storage, location } }))
        return nothing
      }
      const values = partitionValues(statement.partition, current)
      const partition = await metastore.getPartition(ref(statement.name), values)
      const storage = { ...partition.storage, location }
      await metastore.updatePartition(ref(statement.name), values, { ...partition, storage })
      return nothing
    }
    case 'renamePartition':
      await renamePartition(statement, await table(statement.name), ref(statement.name), metastore)
      return nothing
    case 'createIcebergTable':
    case 'renameTable':
    case 'dropColumn':
    case 'unsetProperties':
      await table(statement.name)
      throw failed('NOT_SUPPORTED', 'the statement is supported for Iceberg tables only')
    case 'repair':
      return repairTable(await table(statement.name), ref(statement.name), parts)
    default:
      return show(statement, parts, ref)
  }

  async function change(
    current: TableRecord,
    edit: (current: TableRecord) => Partial<TableInput>,
  ): Promise<void> {
    const tableRef = { ...catalog, database: current.database, table: current.name }
    const input = { ...current, ...edit(current) }
    await metastore.updateTable(tableRef, input, { versionId: current.versionId })
  }
}

async function dropDatabase(
  statement: Extract<DdlStatement, { kind: 'dropDatabase' }>,
  catalog: CatalogRef,
  metastore: QueryCatalog,
): Promise<TextResult> {
  const ref = { ...catalog, database: statement.database }
  await unlessMissing(statement.ifExists, async () => {
    await metastore.getDatabase(ref)
    if (!statement.cascade) {
      const { items } = await metastore.listTables(ref, { limit: 1 })
      if (items.length > 0) {
        throw failed(
          'FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask',
          `InvalidOperationException(message:Database ${statement.database} is not empty. One or more tables exist.)`,
        )
      }
    }
    await metastore.deleteDatabase(ref)
  })
  return nothing
}

function tableInput(
  statement: Extract<DdlStatement, { kind: 'createTable' }>,
  name: string,
): TableInput {
  if (statement.location === undefined) {
    throw failed('FAILED: SemanticException', 'table location is required: add LOCATION')
  }
  checkLocation(statement.location)
  checkColumns(statement.columns, statement.partitionKeys)
  const format = storageFormat(statement.format)
  return {
    name,
    description: statement.comment,
    tableType: 'EXTERNAL_TABLE',
    partitionKeys: statement.partitionKeys,
    parameters: {
      EXTERNAL: 'TRUE',
      ...(statement.comment === undefined ? {} : { comment: statement.comment }),
      ...statement.properties,
    },
    storage: {
      columns: statement.columns,
      location: statement.location,
      inputFormat: format.inputFormat,
      outputFormat: format.outputFormat,
      compressed: false,
      ...bucketsOf(statement),
      serde: {
        serializationLibrary: format.serde,
        parameters: { 'serialization.format': '1', ...statement.format.serdeProperties },
      },
      storedAsSubDirectories: false,
    },
  }
}

function bucketsOf({ buckets, columns }: Extract<DdlStatement, { kind: 'createTable' }>) {
  if (!buckets) return { numberOfBuckets: -1 }
  const { columns: bucketColumns, sorted, count: numberOfBuckets } = buckets
  const named = [...bucketColumns, ...sorted.map(({ column }) => column)]
  const unknown = named.find((name) => columns.every((column) => column.name !== name))
  if (unknown !== undefined) {
    throw failed('FAILED: SemanticException [Error 10002]', `Invalid column reference ${unknown}`)
  }
  // Hive's orders: 1 ascending, 0 descending.
  const sortColumns = sorted.map(({ column, descending }) => ({
    column,
    sortOrder: descending ? 0 : 1,
  }))
  return { numberOfBuckets, bucketColumns, sortColumns }
}

function checkLocation(location: string): void {
  if (parseLocation(location)) return
  throw failed(
    'FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask',
    `MetaException(message:The location is not an S3 path: ${location})`,
  )
}

async function unlessExists(ignore: boolean, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!ignore || !isLakeError(error, 'AlreadyExists')) throw error
  }
}

async function unlessMissing(ignore: boolean, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const missing = isLakeError(error, 'TableNotFound') || isLakeError(error, 'DatabaseNotFound')
    if (!ignore || !missing) throw error
  }
}

/** The catalog's refusals, as Athena shows them for DDL. */
function inHiveWords(error: LakeError, statement: DdlStatement): LakeError {
  const task = 'FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask'
  const table = 'name' in statement ? statement.name.table : ''
  switch (error.code) {
    case 'TableNotFound':
      return failed('FAILED: SemanticException [Error 10001]', `Table not found ${table}`)
    case 'DatabaseNotFound': {
      const name =
        'database' in statement
          ? statement.database
          : 'name' in statement
            ? statement.name.database
            : undefined
      return failed(
        'FAILED: SemanticException [Error 10072]',
        `Database does not exist: ${name ?? 'default'}`,
      )
    }
    case 'AlreadyExists':
    case 'TableExists':
      return failed(task, `AlreadyExistsException(message:${error.message})`)
    case 'PartitionNotFound':
      return failed('FAILED: SemanticException [Error 10006]', 'Partition not found')
    case 'InvalidInput':
    case 'InvalidMetadata':
    case 'LocationInvalid':
    case 'LimitExceeded':
    case 'VersionMismatch':
    case 'CommitFailed':
      return failed(task, `MetaException(message:${error.message})`)
    default:
      return error
  }
}

import type { CatalogRef, TableRecord, TableRef } from '#catalog/metastore'
import type { DdlStatement, TableName } from '#consumption/sql'
import { failed } from '../planning/failure.ts'
import { describeTable } from './describe.ts'
import { partitionValues } from './alter-partitions.ts'
import type { DdlParts } from './run-ddl.ts'
import { showCreateTable, showCreateView } from './show-create.ts'
import { type TextResult, nameMatcher, textResult } from './text-result.ts'

export type ShowStatement = Extract<
  DdlStatement,
  {
    kind:
      | 'describe'
      | 'showDatabases'
      | 'showTables'
      | 'showViews'
      | 'showPartitions'
      | 'showColumns'
      | 'showProperties'
      | 'showCreateTable'
      | 'showCreateView'
  }
>

/** SHOW and DESCRIBE of what is in the catalog. */
export async function show(
  statement: ShowStatement,
  { metastore, context }: DdlParts,
  refOf: (name: TableName) => TableRef,
): Promise<TextResult> {
  const catalog: CatalogRef = { accountId: context.accountId, region: context.region }
  switch (statement.kind) {
    case 'showDatabases': {
      const matches = nameMatcher(statement.pattern)
      const names = await allPages((page) => metastore.listDatabases(catalog, page))
      return textResult(['database_name'], sortedNames(names, matches))
    }
    case 'showTables':
    case 'showViews': {
      const matches = nameMatcher(statement.pattern)
      const database = statement.database ?? context.database
      const all = await allPages((page) => metastore.listTables({ ...catalog, database }, page))
      const views = statement.kind === 'showViews'
      const tables = views ? all.filter(({ tableType }) => tableType === 'VIRTUAL_VIEW') : all
      return textResult([views ? 'views' : 'tab_name'], sortedNames(tables, matches))
    }
    default: {
      const ref = refOf(statement.name)
      const table = await metastore.getTable(ref)
      return showTable(statement, table, ref, metastore)
    }
  }
}

async function showTable(
  statement: Exclude<ShowStatement, { kind: 'showDatabases' | 'showTables' | 'showViews' }>,
  table: TableRecord,
  ref: TableRef,
  metastore: DdlParts['metastore'],
): Promise<TextResult> {
  const columns = [...(table.storage?.columns ?? []), ...(table.partitionKeys ?? [])]
  switch (statement.kind) {
    case 'showPartitions':
      return showPartitions(table, ref, metastore)
    case 'showColumns': {
      const names = columns.map((column) => column.name.padEnd(20))
      return textResult(['field'], names)
    }
    case 'showProperties':
      return showProperties(table, statement.property)
    case 'showCreateTable':
      return showCreateTable(table)
    case 'showCreateView':
      return showCreateView(table)
    case 'describe': {
      const { style, column } = statement
      const values = statement.partition && partitionValues(statement.partition, table)
      const partition = values && (await metastore.getPartition(ref, values))
      return describeTable(table, { style, partition, column })
    }
  }
}

async function showPartitions(
  table: TableRecord,
  ref: TableRef,
  metastore: DdlParts['metastore'],
): Promise<TextResult> {
  const keys = (table.partitionKeys ?? []).map((key) => key.name)
  if (keys.length === 0) {
    throw failed(
      'FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask',
      `Table ${table.name} is not a partitioned table`,
    )
  }
  const partitions = await allPages((page) => metastore.listPartitions(ref, page))
  const lines = partitions.map(({ values }) =>
    values.map((value, index) => `${keys[index]}=${value}`).join('/'),
  )
  return textResult(['partition'], lines.toSorted())
}

function showProperties(table: TableRecord, property: string | undefined): TextResult {
  const { parameters = {}, name } = table
  const columns = ['prpt_name', 'prpt_value']
  if (property !== undefined) {
    const value = Object.hasOwn(parameters, property) ? parameters[property] : undefined
    return textResult(columns, [value ?? `Table ${name} does not have property: ${property}`])
  }
  const lines = Object.entries(parameters).map(([key, value]) => `${key}\t${value}`)
  return textResult(columns, lines.toSorted())
}

function sortedNames(
  items: readonly { readonly name: string }[],
  matches: (name: string) => boolean,
): readonly string[] {
  return items
    .map(({ name }) => name)
    .filter(matches)
    .toSorted()
}

/** Every item of a listing of the catalog. */
export async function allPages<T>(
  list: (page: { limit: number; nextToken?: string }) => Promise<{
    readonly items: readonly T[]
    readonly nextToken: string | undefined
  }>,
): Promise<T[]> {
  const items: T[] = []
  let nextToken: string | undefined
  do {
    const page = await list({ limit: 1000, nextToken })
    items.push(...page.items)
    nextToken = page.nextToken
  } while (nextToken)
  return items
}

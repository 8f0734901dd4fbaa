import type { TableRecord } from '#catalog/metastore'
import type { QueryCatalog } from '../rights/guarded-catalog.ts'
import { type ResolvedTable, typeText } from '#consumption/sql'
import { columnsOf, type QueryContext, viewDefinition } from './lookup.ts'

const text = { kind: 'varchar' } as const
const whole = { kind: 'bigint' } as const
/** Tables that one look-up reads at most. */
const tablesMax = 20_000

/** `information_schema.schemata`, `tables`, `views` and `columns`, from the catalog. Undefined for other names. */
export async function informationSchema(
  metastore: QueryCatalog,
  context: QueryContext,
  name: string,
): Promise<ResolvedTable | undefined> {
  const catalog = 'awsdatacatalog'
  switch (name) {
    case 'schemata': {
      const rows = (await databasesOf(metastore, context)).map((database) => [catalog, database])
      return table(['catalog_name', 'schema_name'], rows)
    }
    case 'tables': {
      const rows = (await tablesOf(metastore, context)).map((each) => [
        catalog,
        each.database,
        each.name,
        each.tableType === 'VIRTUAL_VIEW' ? 'VIEW' : 'BASE TABLE',
      ])
      return table(['table_catalog', 'table_schema', 'table_name', 'table_type'], rows)
    }
    case 'views': {
      const rows = (await tablesOf(metastore, context)).flatMap((each) => {
        const definition = each.tableType === 'VIRTUAL_VIEW' && viewDefinition(each)
        return definition ? [[catalog, each.database, each.name, definition.sql]] : []
      })
      return table(['table_catalog', 'table_schema', 'table_name', 'view_definition'], rows)
    }
    case 'columns':
      return columnsTable(catalog, await tablesOf(metastore, context))
    default:
      return undefined
  }
}

/** `comment` and `extra_info` are not among the columns of a star. */
function columnsTable(catalog: string, tables: readonly TableRecord[]): ResolvedTable {
  const rows = tables.flatMap((each) => {
    const { storage, partitionKeys = [] } = each
    const all = [...(storage?.columns ?? []), ...partitionKeys]
    return columnsOf(each).map(({ name, type, partition }, index) => [
      catalog,
      each.database,
      each.name,
      name,
      index + 1,
      null,
      'YES',
      typeText(type),
      all[index]?.comment ?? null,
      partition ? 'partition key' : null,
    ])
  })
  const names = ['table_catalog', 'table_schema', 'table_name', 'column_name', 'ordinal_position']
  return table([...names, 'column_default', 'is_nullable', 'data_type'], rows, [
    'comment',
    'extra_info',
  ])
}

function table(
  names: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  hiddenNames: readonly string[] = [],
): ResolvedTable {
  const shown = names.map((name) => ({ name, type: name === 'ordinal_position' ? whole : text }))
  const hidden = hiddenNames.map((name) => ({ name, type: text, hidden: true }))
  return { kind: 'rows', columns: [...shown, ...hidden], rows }
}

async function databasesOf(metastore: QueryCatalog, context: QueryContext): Promise<string[]> {
  const names: string[] = []
  let nextToken: string | undefined
  do {
    const page = await metastore.listDatabases(context, { limit: 100, nextToken })
    names.push(...page.items.map((item) => item.name))
    nextToken = page.nextToken
  } while (nextToken)
  return names
}

async function tablesOf(metastore: QueryCatalog, context: QueryContext): Promise<TableRecord[]> {
  const tables: TableRecord[] = []
  for (const database of await databasesOf(metastore, context)) {
    let nextToken: string | undefined
    do {
      const page = await metastore.listTables({ ...context, database }, { limit: 100, nextToken })
      tables.push(...page.items)
      nextToken = page.nextToken
    } while (nextToken && tables.length < tablesMax)
  }
  return tables
}

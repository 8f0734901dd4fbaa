import type { Metastore, TableRecord } from '#catalog/metastore'
import { type IcebergTables, type LoadedTable, isIcebergTable } from '#catalog/tables'
import {
  type Query,
  type ResolvedTable,
  type TableColumn,
  type TableLookup,
  type Type,
  parseQuery,
  typeOfHive,
} from '#consumption/sql'
import { isLakeError } from '#kit'
import { icebergColumns, icebergSource } from './iceberg-source.ts'
import { informationSchema } from './information-schema.ts'
import { presto } from './presto-view.ts'
import { tableNamesOf } from './table-names.ts'

/** Whose catalog a query sees, and where names without a database are looked up. */
export interface QueryContext {
  readonly accountId: string
  readonly region: string
  /** Lower case; `default` when the request names none. */
  readonly database: string
}

const catalogName = 'awsdatacatalog'
/** Views that use views, this deep. */
const viewDepthMax = 16

export interface LookupParts {
  readonly metastore: Metastore
  readonly tables: Pick<IcebergTables, 'load'>
  readonly context: QueryContext
}

/** A look-up in progress: what views use is looked up within it. */
interface Looking extends LookupParts {
  readonly depth: number
  /** Iceberg tables in the state that the whole query sees. */
  readonly loaded: Map<string, Promise<LoadedTable>>
}

/**
 * Fetches every table that a query may name, and answers with a look-up over them: the analysis
 * itself does not wait for the catalog.
 */
export function fetchTables(parts: LookupParts, query: Query): Promise<TableLookup> {
  return fetchWithin({ ...parts, depth: 0, loaded: new Map() }, query)
}

async function fetchWithin(looking: Looking, query: Query): Promise<TableLookup> {
  const found = new Map<string, ResolvedTable>()
  for (const parts of tableNamesOf(query)) {
    found.set(parts.join('\0'), await resolve(looking, parts))
  }
  return (parts) => found.get(parts.join('\0')) ?? missing(parts.join('.'), looking.context)
}

async function resolve(looking: Looking, parts: readonly string[]): Promise<ResolvedTable> {
  const { metastore, context } = looking
  const name = parts.at(-1)!
  const database = parts.at(-2) ?? context.database
  const catalog = parts.at(-3) ?? catalogName
  if (catalog !== catalogName || parts.length > 3) {
    const message = `Catalog '${catalog}' does not exist`
    return { kind: 'missing', code: 'CatalogNotFound', message }
  }
  if (database === 'information_schema') {
    return (
      (await informationSchema(metastore, context, name)) ??
      missing(`${catalogName}.${database}.${name}`, context)
    )
  }
  try {
    const table = await metastore.getTable({ ...context, database, table: name })
    if (table.tableType === 'VIRTUAL_VIEW') return await view(looking, table)
    if (isIcebergTable(table)) {
      const source = icebergSource(await load(looking, database, name))
      return { kind: 'table', database, name, columns: icebergColumns(source), source }
    }
    return { kind: 'table', database, name, columns: columnsOf(table), source: table }
  } catch (error) {
    if (isLakeError(error, 'TableNotFound'))
      return missing(`${catalogName}.${database}.${name}`, context)
    if (isLakeError(error, 'DatabaseNotFound')) {
      const message = `Schema '${database}' does not exist`
      return { kind: 'missing', code: 'SchemaNotFound', message }
    }
    throw error
  }
}

function missing(name: string, context: QueryContext): ResolvedTable {
  const full = name.includes('.') ? name : `${catalogName}.${context.database}.${name}`
  return { kind: 'missing', code: 'TableNotFound', message: `Table '${full}' does not exist` }
}

function load(looking: Looking, database: string, table: string): Promise<LoadedTable> {
  const key = `${database}\0${table}`
  const known = looking.loaded.get(key)
  if (known) return known
  const { accountId, region } = looking.context
  const loading = looking.tables.load({ accountId, region, database, table })
  looking.loaded.set(key, loading)
  return loading
}

async function view(looking: Looking, table: TableRecord): Promise<ResolvedTable> {
  const { context, depth } = looking
  const definition = presto.decode(table.viewOriginalText)
  const label = `View '${catalogName}.${table.database}.${table.name}'`
  if (!definition) {
    const message = `${label} is not one that Athena wrote, and cannot be read`
    return { kind: 'missing', code: 'TableNotFound', message }
  }
  if (depth >= viewDepthMax) {
    return { kind: 'missing', code: 'TableNotFound', message: `${label} is nested too deeply` }
  }
  const { query } = parseQuery(definition.sql)
  const inner = { ...context, database: definition.database ?? table.database }
  return {
    kind: 'view',
    database: table.database,
    name: table.name,
    query,
    columns: definition.columns.map(({ name }) => ({ name, type: { kind: 'unknown' } })),
    lookup: await fetchWithin({ ...looking, context: inner, depth: depth + 1 }, query),
  }
}

/** A table's columns as queries see them; one whose type cannot be read stands as `unknown`. */
export function columnsOf(table: TableRecord): TableColumn[] {
  const column =
    (partition: boolean) => (item: { readonly name: string; readonly type?: string }) => ({
      name: item.name.toLowerCase(),
      type: typeOfHive(item.type ?? 'string') ?? ({ kind: 'unknown' } satisfies Type),
      partition,
    })
  return [
    ...(table.storage?.columns ?? []).map(column(false)),
    ...(table.partitionKeys ?? []).map(column(true)),
  ]
}

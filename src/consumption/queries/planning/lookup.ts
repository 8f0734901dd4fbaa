import type { TableRecord } from '#catalog/metastore'
import type { QueryCatalog } from '../rights/guarded-catalog.ts'
import { type IcebergTables, type LoadedTable, isIcebergTable, viewSqlOf } from '#catalog/tables'
import {
  type Query,
  type ResolvedTable,
  type TableColumn,
  type TableLookup,
  type TimeTravel,
  type Type,
  parseQuery,
  typeOfHive,
} from '#consumption/sql'
import { isLakeError } from '#kit'
import { metadataTableName } from '../iceberg/metadata-tables/metadata-table.ts'
import {
  type MetadataSource,
  icebergColumns,
  icebergSource,
  rowColumns,
} from '../iceberg/source.ts'
import { type TravelParts, snapshotChoice } from '../iceberg/time-travel.ts'
import { failed } from './failure.ts'
import { hiveHiddenColumns } from './hidden-columns.ts'
import { informationSchema } from './information-schema.ts'
import { hivePartitionsTable } from './partitions-table.ts'
import { presto } from './presto-view.ts'
import { type NamedTable, tableKey, tableNamesOf } from './table-names.ts'

/** Whose catalog a query sees, and where names without a database are looked up. */
export interface QueryContext {
  readonly accountId: string
  readonly region: string
  /** Lower case; `default` when the request names none. */
  readonly database: string
  /** Further names of the catalog, lower case. */
  readonly catalogs?: ReadonlySet<string>
}

const catalogName = 'awsdatacatalog'
/** Views that use views, this deep. */
const viewDepthMax = 16

/** A table of Iceberg that a statement changes rows of: it may ask where they stand. */
export interface ChangedTable {
  readonly database: string
  readonly table: string
  readonly loaded: LoadedTable
}

export interface LookupParts extends TravelParts {
  readonly changed?: ChangedTable
  readonly metastore: QueryCatalog
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
  const { changed } = parts
  const loaded: Looking['loaded'] = new Map()
  if (changed)
    loaded.set(loadedKey(changed.database, changed.table), Promise.resolve(changed.loaded))
  return fetchWithin({ ...parts, depth: 0, loaded }, query)
}

async function fetchWithin(looking: Looking, query: Query): Promise<TableLookup> {
  const found = new Map<string, ResolvedTable>()
  for (const [key, named] of tableNamesOf(query)) found.set(key, await resolve(looking, named))
  const { context } = looking
  const lookup = (parts: readonly string[], travel?: TimeTravel) =>
    found.get(tableKey(parts, travel)) ?? missing(parts.join('.'), context)
  return Object.assign(lookup, { schema: context.database })
}

/** Its `information_schema` would have to tell the other name, which it does not. */
function isOtherName(catalog: string, database: string, { catalogs }: QueryContext): boolean {
  return catalogs?.has(catalog) === true && database !== 'information_schema'
}

async function resolve(looking: Looking, named: NamedTable): Promise<ResolvedTable> {
  const { metastore, context } = looking
  const { parts, travel } = named
  const name = parts.at(-1)!
  const database = parts.at(-2) ?? context.database
  const catalog = parts.at(-3) ?? catalogName
  const isNamed = catalog === catalogName || isOtherName(catalog, database, context)
  if (!isNamed || parts.length > 3) {
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
    const about = await metadataTable(looking, database, name)
    if (about) return travel ? unversioned(name) : about
    const table = await metastore.getTable({ ...context, database, table: name })
    if (isIcebergTable(table)) return await icebergTable(looking, database, named)
    if (travel) return unversioned(name)
    if (table.tableType === 'VIRTUAL_VIEW') return await view(looking, table)
    const hidden = hiveHiddenColumns(table)
    return { kind: 'table', database, name, columns: columnsOf(table), hidden, source: table }
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

function unversioned(name: string): ResolvedTable {
  const message = `'${name}' has no versions: only Iceberg tables have`
  return { kind: 'missing', code: 'NotSupported', message }
}

async function icebergTable(
  looking: Looking,
  database: string,
  { parts, travel }: NamedTable,
): Promise<ResolvedTable> {
  const name = parts.at(-1)!
  const loaded = await load(looking, database, name)
  try {
    const choice = travel && (await snapshotChoice(travel, looking))
    const source = icebergSource(loaded, choice)
    const columns = icebergColumns(source)
    const { changed } = looking
    const isChanged = changed?.database === database && changed.table === name && !travel
    const hidden = isChanged ? rowColumns(source) : []
    return { kind: 'table', database, name, columns, hidden, source }
  } catch (error) {
    if (!travel || !isLakeError(error, 'InvalidMetadata')) throw error
    throw failed('INVALID_ARGUMENTS', `line ${travel.line}:${travel.column}: ${error.message}`)
  }
}

/** `"t$files"` and its like, unless a table has that very name. */
async function metadataTable(
  looking: Looking,
  database: string,
  name: string,
): Promise<ResolvedTable | undefined> {
  const about = metadataTableName(name)
  if (!about) return undefined
  const { context, metastore } = looking
  const record = await metastore
    .getTable({ ...context, database, table: about.table })
    .catch((error: unknown) => {
      if (isLakeError(error, 'TableNotFound')) return undefined
      throw error
    })
  if (!record) return undefined
  if (!isIcebergTable(record)) {
    const table =
      about.kind === 'partitions' ? hivePartitionsTable(record, metastore, context) : undefined
    if (!table) return undefined
    const location = record.storage?.location ?? name
    return metadataOf(database, name, { kind: 'metadata', table, location })
  }
  const loaded = await load(looking, database, about.table)
  const table = about.of(loaded)
  return metadataOf(database, name, { kind: 'metadata', table, location: loaded.location })
}

function metadataOf(database: string, name: string, source: MetadataSource): ResolvedTable {
  return { kind: 'table', database, name, columns: source.table.columns, source }
}

function loadedKey(database: string, table: string): string {
  return `${database}\0${table}`
}

function load(looking: Looking, database: string, table: string): Promise<LoadedTable> {
  const key = loadedKey(database, table)
  const known = looking.loaded.get(key)
  if (known) return known
  const { accountId, region } = looking.context
  const loading = looking.tables.load({ accountId, region, database, table })
  looking.loaded.set(key, loading)
  return loading
}

async function view(looking: Looking, table: TableRecord): Promise<ResolvedTable> {
  const { context, depth } = looking
  const definition = viewDefinition(table)
  const label = `View '${catalogName}.${table.database}.${table.name}'`
  if (!definition) {
    const message = `${label} is not written in the SQL of Athena or Trino, and cannot be read`
    return { kind: 'missing', code: 'TableNotFound', message }
  }
  if (depth >= viewDepthMax) {
    return { kind: 'missing', code: 'TableNotFound', message: `${label} is nested too deeply` }
  }
  const { query } = parseQuery(definition.sql)
  const names = definition.catalog === undefined ? [] : [definition.catalog.toLowerCase()]
  const inner = {
    ...context,
    database: definition.database ?? table.database,
    // Whoever wrote it may have had a name of his own for this catalog.
    catalogs: new Set([...(context.catalogs ?? []), ...names]),
  }
  return {
    kind: 'view',
    database: table.database,
    name: table.name,
    query,
    columns: definition.columns.map(({ name }) => ({ name, type: { kind: 'unknown' } })),
    lookup: await fetchWithin({ ...looking, context: inner, depth: depth + 1 }, query),
  }
}

/** Undefined for a view of another language. */
export function viewDefinition(table: TableRecord) {
  const iceberg = viewSqlOf(table)
  return iceberg ? { ...iceberg, columns: columnsOf(table) } : presto.decode(table.viewOriginalText)
}

/** The catalog's types do not tell an Iceberg timestamp's precision, which is always that of microseconds. */
function columnType(text: string, isIceberg: boolean): Type {
  const type = typeOfHive(text) ?? ({ kind: 'unknown' } satisfies Type)
  return isIceberg && type.kind === 'timestamp' ? { ...type, precision: 6 } : type
}

/** A table's columns as queries see them; one whose type cannot be read stands as `unknown`. */
export function columnsOf(table: TableRecord): TableColumn[] {
  const column =
    (partition: boolean) => (item: { readonly name: string; readonly type?: string }) => ({
      name: item.name.toLowerCase(),
      type: columnType(item.type ?? 'string', isIcebergTable(table)),
      partition,
    })
  return [
    ...(table.storage?.columns ?? []).map(column(false)),
    ...(table.partitionKeys ?? []).map(column(true)),
  ]
}

import type { Kysely } from 'kysely'
import type { Clock } from '#kit'
import { type Database, prepared } from '#platform/database'
import { dataCatalogArn } from './arns.ts'
import { QueryErrors } from './errors.ts'
import { pageByName } from './paging.ts'
import type { DataCatalog, Page, PageInput, QueryScope } from './records.ts'
import type { QueryDb, QueryTables } from './tables.ts'
import { removeTags, setTags } from './tags.ts'

/**
 * Further names of the account's own catalog, which is always there as `AwsDataCatalog`. Two names differ in more
 * than capitals, which SQL does not know.
 * https://docs.aws.amazon.com/athena/latest/ug/data-sources-glue-cross-account.html
 */
export interface DataCatalogs {
  create(
    scope: QueryScope,
    input: Pick<DataCatalog, 'name' | 'description'>,
    tags: Readonly<Record<string, string>>,
  ): Promise<void>
  /** Error: `QueryResourceNotFound`. */
  get(scope: QueryScope, name: string): Promise<DataCatalog>
  /** Without `AwsDataCatalog`. */
  list(scope: QueryScope, page: PageInput): Promise<Page<DataCatalog>>
  /** Error: `QueryResourceNotFound`. */
  update(scope: QueryScope, name: string, description: string | undefined): Promise<void>
  /** The catalog itself stays. Error: `QueryResourceNotFound`. */
  delete(scope: QueryScope, name: string): Promise<void>
  /** Lower case. */
  names(scope: QueryScope): Promise<ReadonlySet<string>>
}

const catalogsMax = 1000

export function createDataCatalogs(database: Database, clock: Clock): DataCatalogs {
  return {
    create: (scope, { name, description }, tags) =>
      database.transaction(async (tx) => {
        const db = tx.tables<QueryTables>()
        const there = await rowsOf(db, scope).execute()
        if (isDefaultCatalog(name) || there.some((row) => row.name === name.toLowerCase())) {
          throw QueryErrors.InvalidQueryRequest(`DataCatalog ${name} already exists`)
        }
        if (there.length >= catalogsMax) {
          throw QueryErrors.InvalidQueryRequest(`Cannot have more than ${catalogsMax} DataCatalogs`)
        }
        await db
          .insertInto('query_catalogs')
          .values({
            account_id: scope.accountId,
            region: scope.region,
            name: name.toLowerCase(),
            created_ms: clock.now(),
            detail: JSON.stringify({ name, description }),
          })
          .execute()
        await setTags(db, dataCatalogArn(scope, name), tags)
      }),
    get: (scope, name) => load(database.tables<QueryTables>(), scope, name),
    list: (scope, page) => {
      const rows = rowsOf(database.tables<QueryTables>(), scope).orderBy('name')
      return pageByName(
        page,
        (after, countMax) => rows.where('name', '>', after).limit(countMax).execute(),
        fromRow,
      )
    },
    update: (scope, name, description) =>
      database.transaction(async (tx) => {
        const db = tx.tables<QueryTables>()
        const current = await load(db, scope, name)
        await db
          .updateTable('query_catalogs')
          .set({ detail: JSON.stringify({ name: current.name, description }) })
          .where('account_id', '=', scope.accountId)
          .where('region', '=', scope.region)
          .where('name', '=', name.toLowerCase())
          .execute()
      }),
    delete: (scope, name) =>
      database.transaction(async (tx) => {
        const db = tx.tables<QueryTables>()
        const current = await load(db, scope, name)
        await db
          .deleteFrom('query_catalogs')
          .where('account_id', '=', scope.accountId)
          .where('region', '=', scope.region)
          .where('name', '=', name.toLowerCase())
          .execute()
        await removeTags(db, dataCatalogArn(scope, current.name))
      }),
    names: async (scope) => {
      const rows = await namesOf(database, scope.accountId, scope.region)
      return new Set(rows.map((row) => row.name))
    },
  }
}

/** True for the name of the catalog that is always there. */
export function isDefaultCatalog(name: string): boolean {
  return name.toLowerCase() === 'awsdatacatalog'
}

const namesOf = prepared((db: Kysely<QueryTables>, accountId: string, region: string) =>
  db
    .selectFrom('query_catalogs')
    .select('name')
    .where('account_id', '=', accountId)
    .where('region', '=', region),
)

function rowsOf(db: QueryDb, scope: QueryScope) {
  return db
    .selectFrom('query_catalogs')
    .selectAll()
    .where('account_id', '=', scope.accountId)
    .where('region', '=', scope.region)
}

async function load(db: QueryDb, scope: QueryScope, name: string): Promise<DataCatalog> {
  const row = await rowsOf(db, scope).where('name', '=', name.toLowerCase()).executeTakeFirst()
  // As policies name it, who may do what with it.
  const catalog = row && fromRow(row)
  if (catalog?.name === name) return catalog
  throw QueryErrors.QueryResourceNotFound(`DataCatalog ${name} was not found`, { catalog: name })
}

function fromRow(row: QueryTables['query_catalogs']): DataCatalog {
  const detail = JSON.parse(row.detail) as Pick<DataCatalog, 'name' | 'description'>
  return { ...detail, accountId: row.account_id, region: row.region }
}

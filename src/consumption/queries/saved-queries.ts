import { type Clock, uuid } from '#kit'
import type { Database } from '#platform/database'
import { QueryErrors } from './errors.ts'
import { decodeToken, pageByName, pageOf } from './paging.ts'
import type { NamedQuery, Page, PageInput, PreparedStatement, QueryScope } from './records.ts'
import type { QueryTables } from './tables.ts'

type NewNamedQuery = Omit<NamedQuery, 'id' | keyof QueryScope>

/** Queries that are kept under an id, for people. */
export interface NamedQueries {
  /** Returns the id; the earlier one when the token was used before. */
  create(scope: QueryScope, input: NewNamedQuery, token: string | undefined): Promise<string>
  find(scope: QueryScope, id: string): Promise<NamedQuery | undefined>
  list(scope: QueryScope, workGroup: string, page: PageInput): Promise<Page<string>>
  update(
    scope: QueryScope,
    id: string,
    change: Pick<NamedQuery, 'name' | 'description' | 'query'>,
  ): Promise<void>
  delete(scope: QueryScope, id: string): Promise<void>
}

export function createNamedQueries(database: Database): NamedQueries {
  const find = async (scope: QueryScope, id: string) => {
    const row = await database
      .tables<QueryTables>()
      .selectFrom('query_named')
      .selectAll()
      .where('id', '=', id)
      .where('account_id', '=', scope.accountId)
      .where('region', '=', scope.region)
      .executeTakeFirst()
    return row && toNamedQuery(row)
  }
  return {
    find,
    create: (scope, input, token) =>
      database.transaction(async (tx) => {
        const db = tx.tables<QueryTables>()
        if (token !== undefined) {
          const earlier = await db
            .selectFrom('query_named')
            .select(['id', 'detail'])
            .where('account_id', '=', scope.accountId)
            .where('region', '=', scope.region)
            .where('client_token', '=', token)
            .executeTakeFirst()
          if (earlier?.detail === JSON.stringify(detailOf(input))) return earlier.id
          if (earlier) throw QueryErrors.InvalidQueryRequest('Idempotent parameters do not match')
        }
        const id = uuid()
        await db
          .insertInto('query_named')
          .values({
            id,
            account_id: scope.accountId,
            region: scope.region,
            work_group: input.workGroup,
            name: input.name,
            client_token: token ?? null,
            detail: JSON.stringify(detailOf(input)),
          })
          .execute()
        return id
      }),
    list: async (scope, workGroup, page) => {
      const [after] = decodeToken(page.nextToken, ['string']) ?? ['']
      const rows = await database
        .tables<QueryTables>()
        .selectFrom('query_named')
        .select('id')
        .where('account_id', '=', scope.accountId)
        .where('region', '=', scope.region)
        .where('work_group', '=', workGroup)
        .where('id', '>', String(after))
        .orderBy('id')
        .limit(page.limit + 1)
        .execute()
      return pageOf(
        rows,
        page.limit,
        (row) => [row.id],
        (row) => row.id,
      )
    },
    update: async (scope, id, change) => {
      const current = await find(scope, id)
      if (!current) throw notFound(id)
      const next = { ...current, ...change }
      await database.transaction(async (tx) => {
        await tx
          .tables<QueryTables>()
          .updateTable('query_named')
          .set({ name: next.name, detail: JSON.stringify(detailOf(next)) })
          .where('id', '=', id)
          .execute()
      })
    },
    delete: async (scope, id) => {
      if (!(await find(scope, id))) throw notFound(id)
      await database.transaction(async (tx) => {
        await tx.tables<QueryTables>().deleteFrom('query_named').where('id', '=', id).execute()
      })
    },
  }
}

function notFound(id: string) {
  return QueryErrors.QueryResourceNotFound(`NamedQuery ${id} does not exist.`, { namedQuery: id })
}

function detailOf({
  description,
  database,
  query,
}: Pick<NamedQuery, 'description' | 'database' | 'query'>) {
  return { description, database, query }
}

function toNamedQuery(row: QueryTables['query_named']): NamedQuery {
  const detail = JSON.parse(row.detail) as ReturnType<typeof detailOf>
  return {
    ...detail,
    id: row.id,
    accountId: row.account_id,
    region: row.region,
    workGroup: row.work_group,
    name: row.name,
  }
}

/** Statements with `?` that EXECUTE fills. */
export interface PreparedStatements {
  /** `replace` false: an existing one is an error; true: only an existing one is replaced; undefined: either. */
  put(statement: Omit<PreparedStatement, 'modifiedMs'>, replace: boolean | undefined): Promise<void>
  find(scope: QueryScope, workGroup: string, name: string): Promise<PreparedStatement | undefined>
  list(scope: QueryScope, workGroup: string, page: PageInput): Promise<Page<PreparedStatement>>
  delete(scope: QueryScope, workGroup: string, name: string): Promise<void>
}

export function createPreparedStatements(database: Database, clock: Clock): PreparedStatements {
  const rows = (scope: QueryScope, workGroup: string) =>
    database
      .tables<QueryTables>()
      .selectFrom('query_prepared')
      .selectAll()
      .where('account_id', '=', scope.accountId)
      .where('region', '=', scope.region)
      .where('work_group', '=', workGroup)
  const find = async (scope: QueryScope, workGroup: string, name: string) => {
    const row = await rows(scope, workGroup).where('name', '=', name).executeTakeFirst()
    return row && toPrepared(row)
  }
  return {
    find,
    put: async (statement, replace) => {
      const { accountId, region, workGroup, name, description, query } = statement
      const exists = (await find(statement, workGroup, name)) !== undefined
      if (exists && replace === false) {
        throw QueryErrors.InvalidQueryRequest(
          `Prepared Statement ${name} already exists in WorkGroup ${workGroup}`,
        )
      }
      if (!exists && replace === true) throw preparedNotFound(name, workGroup)
      const detail = JSON.stringify({ description, query, modifiedMs: clock.now() })
      await database.transaction(async (tx) => {
        await tx
          .tables<QueryTables>()
          .insertInto('query_prepared')
          .values({ account_id: accountId, region, work_group: workGroup, name, detail })
          .onConflict((conflict) =>
            conflict
              .columns(['account_id', 'region', 'work_group', 'name'])
              .doUpdateSet({ detail }),
          )
          .execute()
      })
    },
    list: (scope, workGroup, page) => {
      const ordered = rows(scope, workGroup).orderBy('name')
      return pageByName(
        page,
        (after, countMax) => ordered.where('name', '>', after).limit(countMax).execute(),
        toPrepared,
      )
    },
    delete: async (scope, workGroup, name) => {
      if (!(await find(scope, workGroup, name))) throw preparedNotFound(name, workGroup)
      await database.transaction(async (tx) => {
        await tx
          .tables<QueryTables>()
          .deleteFrom('query_prepared')
          .where('account_id', '=', scope.accountId)
          .where('region', '=', scope.region)
          .where('work_group', '=', workGroup)
          .where('name', '=', name)
          .execute()
      })
    },
  }
}

export function preparedNotFound(name: string, workGroup: string) {
  return QueryErrors.QueryResourceNotFound(
    `Prepared Statement ${name} does not exist in WorkGroup ${workGroup}`,
    { preparedStatement: name },
  )
}

function toPrepared(row: QueryTables['query_prepared']): PreparedStatement {
  const detail = JSON.parse(row.detail) as Pick<
    PreparedStatement,
    'description' | 'query' | 'modifiedMs'
  >
  return {
    ...detail,
    accountId: row.account_id,
    region: row.region,
    workGroup: row.work_group,
    name: row.name,
  }
}

import type { Kysely } from 'kysely'
import type { Clock } from '#kit'
import { type Database, type Statements, prepared } from '#platform/database'
import { unassign } from './capacity-reservations.ts'
import { QueryErrors } from './errors.ts'
import { decodeToken, pageOf } from './paging.ts'
import {
  type Page,
  type PageInput,
  type QueryScope,
  type WorkGroup,
  type WorkGroupConfiguration,
  primaryWorkGroup,
} from './records.ts'
import { removeTags, setTags } from './tags.ts'
import { workGroupArn } from './arns.ts'
import type { QueryDb, QueryTables } from './tables.ts'

export interface WorkGroups {
  create(
    scope: QueryScope,
    input: Pick<WorkGroup, 'name' | 'description' | 'configuration'>,
    tags: Readonly<Record<string, string>>,
  ): Promise<void>
  /** `primary` is always there. Error: `QueryResourceNotFound`. */
  get(scope: QueryScope, name: string): Promise<WorkGroup>
  list(scope: QueryScope, page: PageInput): Promise<Page<WorkGroup>>
  update(
    scope: QueryScope,
    name: string,
    change: (current: WorkGroup) => Pick<WorkGroup, 'description' | 'state' | 'configuration'>,
  ): Promise<void>
  /** With what it holds when `recursive`; else it must hold nothing but executions. */
  delete(scope: QueryScope, name: string, recursive: boolean): Promise<void>
}

const defaults: WorkGroupConfiguration = {
  enforce: false,
  publishMetrics: false,
  requesterPays: false,
  engineVersion: 'AUTO',
}
const workGroupsMax = 1000

/** `onCapacity` is called when a workgroup went, which may have been assigned to a capacity reservation. */
export function createWorkGroups(
  database: Database,
  clock: Clock,
  onCapacity: () => Promise<void>,
): WorkGroups {
  const load = async (db: Statements, scope: QueryScope, name: string): Promise<WorkGroup> => {
    const [row] = await byName(db, scope.accountId, scope.region, name)
    if (row) return toWorkGroup(row)
    if (name === primaryWorkGroup) return primary(scope)
    throw notFound(name)
  }
  return {
    create: (scope, input, tags) =>
      database.transaction(async (tx) => {
        const db = tx.tables<QueryTables>()
        const names = await db
          .selectFrom('query_workgroups')
          .select('name')
          .where('account_id', '=', scope.accountId)
          .where('region', '=', scope.region)
          .execute()
        if (input.name === primaryWorkGroup || names.some(({ name }) => name === input.name)) {
          throw QueryErrors.InvalidQueryRequest('WorkGroup is already created')
        }
        if (names.length >= workGroupsMax) {
          throw QueryErrors.InvalidQueryRequest(`Cannot have more than ${workGroupsMax} WorkGroups`)
        }
        const group: WorkGroup = { ...scope, ...input, state: 'ENABLED', createdMs: clock.now() }
        await db.insertInto('query_workgroups').values(toRow(group)).execute()
        await setTags(db, workGroupArn(scope, input.name), tags)
      }),
    get: (scope, name) => load(database, scope, name),
    list: async (scope, page) => {
      const [after] = decodeToken(page.nextToken, ['string']) ?? ['']
      const rows = await database
        .tables<QueryTables>()
        .selectFrom('query_workgroups')
        .selectAll()
        .where('account_id', '=', scope.accountId)
        .where('region', '=', scope.region)
        .where('name', '>', String(after))
        .orderBy('name')
        .limit(page.limit + 1)
        .execute()
      const groups = rows.map(toWorkGroup)
      const missing = !(await hasPrimaryRow(database.tables<QueryTables>(), scope))
      if (missing && primaryWorkGroup > String(after)) {
        groups.push(primary(scope))
        groups.sort((a, b) => (a.name < b.name ? -1 : 1))
      }
      return pageOf(
        groups,
        page.limit,
        (group) => [group.name],
        (group) => group,
      )
    },
    update: (scope, name, change) =>
      database.transaction(async (tx) => {
        const db = tx.tables<QueryTables>()
        const current = await load(tx, scope, name)
        const row = toRow({ ...current, ...change(current) })
        await db
          .insertInto('query_workgroups')
          .values(row)
          .onConflict((conflict) =>
            conflict.columns(['account_id', 'region', 'name']).doUpdateSet({ detail: row.detail }),
          )
          .execute()
      }),
    delete: async (scope, name, recursive) => {
      await database.transaction(async (tx) => {
        if (name === primaryWorkGroup) {
          throw QueryErrors.InvalidQueryRequest('Primary WorkGroup cannot be deleted')
        }
        const db = tx.tables<QueryTables>()
        await load(tx, scope, name)
        for (const table of ['query_named', 'query_prepared', 'query_executions'] as const) {
          const held = await db
            .selectFrom(table)
            .select('work_group')
            .where('account_id', '=', scope.accountId)
            .where('region', '=', scope.region)
            .where('work_group', '=', name)
            .limit(1)
            .executeTakeFirst()
          if (!held) continue
          if (!recursive) throw QueryErrors.InvalidQueryRequest(`WorkGroup ${name} is not empty`)
          await db
            .deleteFrom(table)
            .where('account_id', '=', scope.accountId)
            .where('region', '=', scope.region)
            .where('work_group', '=', name)
            .execute()
        }
        await db
          .deleteFrom('query_workgroups')
          .where('account_id', '=', scope.accountId)
          .where('region', '=', scope.region)
          .where('name', '=', name)
          .execute()
        await removeTags(db, workGroupArn(scope, name))
        await unassign(db, scope, name)
      })
      await onCapacity()
    },
  }
}

const byName = prepared(
  (db: Kysely<QueryTables>, accountId: string, region: string, name: string) =>
    db
      .selectFrom('query_workgroups')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('region', '=', region)
      .where('name', '=', name),
)

async function hasPrimaryRow(db: QueryDb, scope: QueryScope): Promise<boolean> {
  const row = await db
    .selectFrom('query_workgroups')
    .select('name')
    .where('account_id', '=', scope.accountId)
    .where('region', '=', scope.region)
    .where('name', '=', primaryWorkGroup)
    .executeTakeFirst()
  return row !== undefined
}

function notFound(name: string) {
  return QueryErrors.QueryResourceNotFound(`WorkGroup ${name} is not found.`, { workGroup: name })
}

function primary(scope: QueryScope): WorkGroup {
  return {
    accountId: scope.accountId,
    region: scope.region,
    name: primaryWorkGroup,
    description: undefined,
    state: 'ENABLED',
    configuration: defaults,
    createdMs: 0,
  }
}

function toRow(group: WorkGroup): QueryTables['query_workgroups'] {
  const { accountId, region, name, createdMs, ...detail } = group
  return {
    account_id: accountId,
    region,
    name,
    created_ms: createdMs,
    detail: JSON.stringify(detail),
  }
}

function toWorkGroup(row: QueryTables['query_workgroups']): WorkGroup {
  const detail = JSON.parse(row.detail) as WorkGroup
  return {
    ...detail,
    accountId: row.account_id,
    region: row.region,
    name: row.name,
    createdMs: row.created_ms,
  }
}

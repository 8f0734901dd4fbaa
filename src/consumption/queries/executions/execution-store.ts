import type { Kysely } from 'kysely'
import { type Database, type Transaction, prepared } from '#platform/database'
import { QueryErrors } from '../errors.ts'
import { decodeToken, pageOf } from '../paging.ts'
import type { Execution, Page, PageInput, QueryScope } from '../records.ts'
import type { QueryTables } from '../tables.ts'

type Row = QueryTables['query_executions']

/** Executions as durable rows. While one runs, only its process knows more than the row. */
export class ExecutionStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /**
   * Keeps a new execution, durably. With a client token that was used before, the earlier one
   * is returned; `InvalidQueryRequest` when it was for another request. `onNew` is called once when no earlier one is found, before
   * anything is durable: two that come at the same time are both told so.
   */
  async insert(
    execution: Execution,
    token: string | undefined,
    request: string,
    onNew: () => void = () => undefined,
  ): Promise<Execution> {
    let isTold = false
    return this.#database.optimistic(async (tx) => {
      if (token !== undefined) {
        const [earlier] = await byToken(tx, execution.accountId, execution.region, token)
        if (earlier) {
          if (earlier.request === request) return toExecution(earlier)
          throw QueryErrors.InvalidQueryRequest('Idempotent parameters do not match')
        }
      }
      await insertRow(tx, { ...toRow(execution), client_token: token ?? null, request })
      if (!isTold) onNew()
      isTold = true
      return execution
    })
  }

  async update(execution: Execution): Promise<void> {
    await this.#database.optimistic((tx) => this.updateIn(tx, execution))
  }

  /** In a caller's transaction. */
  async updateIn(tx: Transaction, execution: Execution): Promise<void> {
    const { id, state, completed_ms, detail } = toRow(execution)
    await updateRow(tx, { state, completed_ms, detail }, id)
  }

  async find(scope: QueryScope, id: string): Promise<Execution | undefined> {
    const [row] = await byId(this.#database, id, scope.accountId, scope.region)
    return row && toExecution(row)
  }

  /** Ids, the newest first. */
  async list(scope: QueryScope, workGroup: string, page: PageInput): Promise<Page<string>> {
    const position = decodeToken(page.nextToken, ['number', 'string'])
    let query = this.#database
      .tables<QueryTables>()
      .selectFrom('query_executions')
      .select(['id', 'submitted_ms'])
      .where('account_id', '=', scope.accountId)
      .where('region', '=', scope.region)
      .where('work_group', '=', workGroup)
      .orderBy('submitted_ms', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit + 1)
    if (position) {
      const [submittedMs, id] = position as [number, string]
      query = query.where((where) =>
        where.or([
          where('submitted_ms', '<', submittedMs),
          where.and([where('submitted_ms', '=', submittedMs), where('id', '<', id)]),
        ]),
      )
    }
    const rows = await query.execute()
    return pageOf(
      rows,
      page.limit,
      (row) => [row.submitted_ms, row.id],
      (row) => row.id,
    )
  }

  /** Those of the ids whose files must stay: of executions that run, or have ended since. */
  async withManagedFiles(ids: readonly string[], sinceMs: number): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set()
    const rows = await this.#database
      .tables<QueryTables>()
      .selectFrom('query_executions')
      .selectAll()
      .where('id', 'in', [...ids])
      .execute()
    const kept = rows.map(toExecution).filter(({ state, managed, completedMs }) => {
      if (state === 'QUEUED' || state === 'RUNNING') return true
      return managed?.file !== undefined && (completedMs ?? 0) > sinceMs
    })
    return new Set(kept.map(({ id }) => id))
  }

  /** Fails what a server that is no more has left behind. */
  async failUnfinished(nowMs: number, reason: string): Promise<number> {
    return this.#database.transaction(async (tx) => {
      const db = tx.tables<QueryTables>()
      const rows = await db
        .selectFrom('query_executions')
        .selectAll()
        .where('state', 'in', ['QUEUED', 'RUNNING'])
        .execute()
      for (const row of rows) {
        const failure = { category: 1, type: 0, retryable: true, message: reason } as const
        const ended = {
          ...toExecution(row),
          state: 'FAILED',
          completedMs: nowMs,
          reason,
          failure,
        } as const
        const { state, completed_ms, detail } = toRow(ended)
        await db
          .updateTable('query_executions')
          .set({ state, completed_ms, detail })
          .where('id', '=', row.id)
          .execute()
      }
      return rows.length
    })
  }

  /** Forgets finished executions that were submitted before; some hundred at a time. True when more are left. */
  async purge(beforeMs: number): Promise<boolean> {
    const batch = 500
    return this.#database.transaction(async (tx) => {
      const db = tx.tables<QueryTables>()
      const rows = await db
        .selectFrom('query_executions')
        .select('id')
        .where('state', 'in', ['SUCCEEDED', 'FAILED', 'CANCELLED'])
        .where('submitted_ms', '<', beforeMs)
        .limit(batch)
        .execute()
      if (rows.length === 0) return false
      await db
        .deleteFrom('query_executions')
        .where(
          'id',
          'in',
          rows.map((row) => row.id),
        )
        .execute()
      return rows.length === batch
    })
  }
}

const byId = prepared((db: Kysely<QueryTables>, id: string, accountId: string, region: string) =>
  db
    .selectFrom('query_executions')
    .selectAll()
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .where('region', '=', region),
)

const byToken = prepared(
  (db: Kysely<QueryTables>, accountId: string, region: string, token: string) =>
    db
      .selectFrom('query_executions')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('region', '=', region)
      .where('client_token', '=', token),
)

const insertRow = prepared((db: Kysely<QueryTables>, row: Row) =>
  db.insertInto('query_executions').values(row),
)

const updateRow = prepared(
  (db: Kysely<QueryTables>, ended: Pick<Row, 'state' | 'completed_ms' | 'detail'>, id: string) =>
    db.updateTable('query_executions').set(ended).where('id', '=', id),
)

function toRow(execution: Execution): Omit<Row, 'client_token' | 'request'> {
  const { id, accountId, region, workGroup, submittedMs, completedMs, state, ...rest } = execution
  return {
    id,
    account_id: accountId,
    region,
    work_group: workGroup,
    submitted_ms: submittedMs,
    completed_ms: completedMs ?? null,
    state,
    detail: JSON.stringify(rest),
  }
}

function toExecution(row: Row): Execution {
  const detail = JSON.parse(row.detail) as Execution
  return {
    ...detail,
    id: row.id,
    accountId: row.account_id,
    region: row.region,
    workGroup: row.work_group,
    submittedMs: row.submitted_ms,
    completedMs: row.completed_ms ?? undefined,
    state: row.state as Execution['state'],
  }
}

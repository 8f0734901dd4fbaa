import type { Kysely } from 'kysely'
import { type Clock, isLakeError } from '#kit'
import { type Database, type Transaction, prepared } from '#platform/database'
import type { Objects } from '#storage/objects'
import type { ExecutionStore } from '../executions/execution-store.ts'
import { parseLocation } from '../planning/location.ts'
import type { Execution } from '../records.ts'
import type { QueryTables } from '../tables.ts'

/** https://docs.aws.amazon.com/athena/latest/ug/reusing-query-results.html */
export const reuseMinutesMax = 10_080

/** Results that may be given again. https://docs.aws.amazon.com/athena/latest/APIReference/API_ResultReuseByAgeConfiguration.html */
export class ResultReuse {
  readonly #database: Database
  readonly #objects: Objects
  readonly #executions: ExecutionStore
  readonly #clock: Clock

  constructor(parts: {
    readonly database: Database
    readonly objects: Objects
    readonly executions: ExecutionStore
    readonly clock: Clock
  }) {
    this.#database = parts.database
    this.#objects = parts.objects
    this.#executions = parts.executions
    this.#clock = parts.clock
  }

  /** The execution whose result this one may have: its object is there, and nobody has changed it. */
  async find(execution: Execution, fingerprint: string): Promise<Execution | undefined> {
    const { accountId, region, workGroup, reuseMinutesMax: minutes } = execution
    if (minutes === undefined) return undefined
    const row = await this.#database
      .tables<QueryTables>()
      .selectFrom('query_results')
      .select(['execution_id', 'etag'])
      .where('account_id', '=', accountId)
      .where('region', '=', region)
      .where('work_group', '=', workGroup)
      .where('fingerprint', '=', fingerprint)
      .where('completed_ms', '>=', this.#clock.now() - minutes * 60_000)
      .executeTakeFirst()
    const earlier = row && (await this.#executions.find(execution, row.execution_id))
    if (!earlier || earlier.state !== 'SUCCEEDED') return undefined
    return (await this.#etagOf(earlier)) === row.etag ? earlier : undefined
  }

  /** Keeps a result for those that ask the same, in the transaction that makes it visible. */
  async remember(
    tx: Transaction,
    ended: Execution,
    { fingerprint, etag }: { readonly fingerprint: string; readonly etag: string },
  ): Promise<void> {
    const { accountId, region, workGroup, id, completedMs } = ended
    await rememberRow(tx, {
      account_id: accountId,
      region,
      work_group: workGroup,
      fingerprint,
      execution_id: id,
      completed_ms: completedMs!,
      etag,
    })
  }

  /** Forgets what is too old for anybody. */
  async forgetOld(): Promise<void> {
    const beforeMs = this.#clock.now() - reuseMinutesMax * 60_000
    await this.#database.transaction(async (tx) => {
      await tx
        .tables<QueryTables>()
        .deleteFrom('query_results')
        .where('completed_ms', '<', beforeMs)
        .execute()
    })
  }

  async #etagOf({ accountId, result }: Execution): Promise<string | undefined> {
    const location = parseLocation(result.outputLocation)!
    try {
      const key = location.prefix.replace(/\/$/, '')
      return (await this.#objects.head({ accountId, bucket: location.bucket, key })).etag
    } catch (error) {
      if (isLakeError(error) && (error.kind === 'notFound' || error.kind === 'denied'))
        return undefined
      throw error
    }
  }
}

const rememberRow = prepared((db: Kysely<QueryTables>, row: QueryTables['query_results']) =>
  db
    .insertInto('query_results')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['account_id', 'region', 'work_group', 'fingerprint'])
        .doUpdateSet(({ ref }) => ({
          execution_id: ref('excluded.execution_id'),
          completed_ms: ref('excluded.completed_ms'),
          etag: ref('excluded.etag'),
        })),
    ),
)

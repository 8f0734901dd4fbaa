import type { Kysely } from 'kysely'
import { StreamErrors } from './errors.ts'
import type { StreamParts } from './registry.ts'
import type { StreamScope } from './stream.ts'
import type { StreamTables } from './tables.ts'

export type CommitmentStatus = 'ENABLED' | 'DISABLED' | 'ENABLED_UNTIL_EARLIEST_ALLOWED_END'

/** An account's commitment to a minimum throughput, in one region: AWS's "On-demand Advantage". Times in epoch milliseconds. */
export interface Commitment {
  readonly status: CommitmentStatus
  readonly startedAtMs?: number
  /** Only of one that has ended. */
  readonly endedAtMs?: number
  readonly earliestEndAtMs?: number
}

/** How long one lasts at least: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MinimumThroughputBillingCommitmentInput.html */
const commitmentMs = 24 * 3_600_000

type Tables = Kysely<StreamTables>
type Scoped = Pick<StreamParts, 'clock' | 'database' | 'quotas'>

/** Whether a commitment is in force: until its end, also when that is asked for already. */
export async function isCommitted(db: Tables, scope: StreamScope, nowMs: number): Promise<boolean> {
  return (await find(db, scope, nowMs)).status !== 'DISABLED'
}

/** The commitments of accounts. There is nothing to pay; they open what they open on AWS. */
export function commitmentRegister({ database, clock, quotas }: Scoped) {
  return {
    find: (scope: StreamScope): Promise<Commitment> =>
      find(database.tables<StreamTables>(), scope, clock.now()),
    /** Enables it, or ends it as soon as its 24 hours are over; enabling it again before takes the end back. */
    change: (scope: StreamScope, isWanted: boolean): Promise<Commitment> =>
      database.transaction(async (tx) => {
        const db = tx.tables<StreamTables>()
        const nowMs = clock.now()
        const present = await find(db, scope, nowMs)
        const isNew = isWanted && present.status === 'DISABLED'
        if (isNew || present.status !== 'DISABLED') {
          const startedAtMs = isNew ? nowMs : present.startedAtMs!
          await write(db, scope, {
            started_at_ms: startedAtMs,
            ends_at_ms: isWanted ? null : Math.max(nowMs, startedAtMs + commitmentMs),
          })
        }
        return find(db, scope, nowMs)
      }),
    /** A warm throughput needs a commitment on AWS; here it does where AWS's limits are enforced. Error: `InvalidArgument`. */
    mustAllowWarmThroughput: async (scope: StreamScope): Promise<void> => {
      if (!quotas || (await isCommitted(database.tables<StreamTables>(), scope, clock.now())))
        return
      throw StreamErrors.InvalidArgument(
        `Warm throughput needs MinimumThroughputBillingCommitment to be enabled for account ${scope.accountId} in ${scope.region}.`,
      )
    },
  }
}

async function find(
  db: Tables,
  { accountId, region }: StreamScope,
  nowMs: number,
): Promise<Commitment> {
  const row = await db
    .selectFrom('streams_commitments')
    .select(['started_at_ms', 'ends_at_ms'])
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .executeTakeFirst()
  if (!row) return { status: 'DISABLED' }
  const startedAtMs = Number(row.started_at_ms)
  const times = { startedAtMs, earliestEndAtMs: startedAtMs + commitmentMs }
  if (row.ends_at_ms === null) return { status: 'ENABLED', ...times }
  const endsAtMs = Number(row.ends_at_ms)
  return nowMs < endsAtMs
    ? { status: 'ENABLED_UNTIL_EARLIEST_ALLOWED_END', ...times }
    : { status: 'DISABLED', ...times, endedAtMs: endsAtMs }
}

async function write(
  db: Tables,
  { accountId, region }: StreamScope,
  times: { readonly started_at_ms: number; readonly ends_at_ms: number | null },
): Promise<void> {
  await db
    .insertInto('streams_commitments')
    .values({ account_id: accountId, region, ...times })
    .onConflict((conflict) => conflict.columns(['account_id', 'region']).doUpdateSet(times))
    .execute()
}

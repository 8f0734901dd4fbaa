import type { Kysely } from 'kysely'
import { StreamErrors } from './errors.ts'
import type { StreamParts } from './registry.ts'
import type { Stream } from './stream.ts'
import type { StreamTables } from './tables.ts'

type Tables = Kysely<StreamTables>

const dayMs = 24 * 3_600_000

/** How often each may be done to a stream in 24 hours: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
const changesPerDay = {
  /** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html */
  UpdateShardCount: 10,
  UpdateStreamMode: 2,
  StartStreamEncryption: 25,
  StopStreamEncryption: 25,
} as const

export type DailyChange = keyof typeof changesPerDay

/** Counts a change of a stream in the transaction that makes it, where AWS's limits are enforced. Error: `DailyChangesExceeded`. */
export async function countChange(
  { quotas, clock }: Pick<StreamParts, 'quotas' | 'clock'>,
  db: Tables,
  { name, accountId, logId }: Stream,
  change: DailyChange,
): Promise<void> {
  if (!quotas) return
  const max = changesPerDay[change]
  if (await countDaily(db, { subject: logId, change, max }, clock.now())) return
  throw StreamErrors.DailyChangesExceeded(
    `${change} can be done ${max} times in 24 hours for stream ${name} under account ${accountId}.`,
  )
}

/** Counts one more in the 24 hours that end now; false when there were `max`. The rows outlive the server. */
export async function countDaily(
  db: Tables,
  counted: { readonly subject: string; readonly change: string; readonly max: number },
  nowMs: number,
): Promise<boolean> {
  const { subject, change, max } = counted
  // Those of the future are from before the clock was set back: they would block until it has caught up.
  await db
    .deleteFrom('streams_daily_changes')
    .where((row) => row.or([row('at_ms', '<=', nowMs - dayMs), row('at_ms', '>', nowMs)]))
    .execute()
  const { changes } = await db
    .selectFrom('streams_daily_changes')
    .select((select) => select.fn.countAll<number>().as('changes'))
    .where('subject', '=', subject)
    .where('change', '=', change)
    .executeTakeFirstOrThrow()
  if (Number(changes) >= max) return false
  await db.insertInto('streams_daily_changes').values({ subject, change, at_ms: nowMs }).execute()
  return true
}

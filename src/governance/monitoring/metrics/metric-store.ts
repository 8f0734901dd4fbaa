import { sql } from 'kysely'
import type { Clock } from '#kit'
import type { Database, Transaction } from '#platform/database'
import { LogErrors } from '../errors.ts'
import { decodeToken, encodeToken } from '../paging.ts'
import type {
  MetricBucket,
  MetricName,
  MetricPoint,
  MetricQuery,
  MetricScope,
} from './metric-records.ts'
import type { MetricTables } from './metric-tables.ts'

export interface ListMetricsInput {
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  /** A dimension with a value, or of any value. */
  readonly dimensions?: readonly { readonly name: string; readonly value?: string | undefined }[]
  /** Only those that had a value since. */
  readonly sinceMs?: number | undefined
  readonly limit: number
  readonly nextToken?: string | undefined
}

/** Metrics as CloudWatch keeps them: statistic sets by minute, summed up as they age. Errors: `LogErrors`. */
export interface MetricStore {
  /** Durable when it resolves; points of one minute are summed up. */
  put(points: readonly MetricPoint[]): Promise<void>
  /** Periods that have values, in the order of time. `periodMs` is a whole number of minutes. */
  read(query: MetricQuery): Promise<readonly MetricBucket[]>
  list(
    scope: MetricScope,
    input: ListMetricsInput,
  ): Promise<{ readonly metrics: readonly MetricName[]; readonly nextToken: string | undefined }>
  /** Sums up what is old, and forgets what is very old. Run it now and then. */
  clean(signal?: AbortSignal): Promise<void>
}

const minuteMs = 60_000
const dayMs = 86_400_000
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention */
const ages = [
  { afterMs: 15 * dayMs, periodMs: 5 * minuteMs },
  { afterMs: 63 * dayMs, periodMs: 60 * minuteMs },
] as const
const keptMs = 455 * dayMs
const readMax = 200_000
const cleanedAtOnce = 5_000

export function createMetricStore({
  database,
  clock,
}: {
  readonly database: Database
  readonly clock: Clock
}): MetricStore {
  const tables = (source: Database | Transaction) => source.tables<MetricTables>()

  const put: MetricStore['put'] = async (points) => {
    if (points.length === 0) return
    await database.transaction(async (tx) => {
      for (const point of points) {
        const startMs = Math.floor(point.timestampMs / minuteMs) * minuteMs
        await addPoint(tx, await seriesOf(tx, point, startMs), startMs, point)
      }
    })
  }

  const seriesOf = async (
    tx: Transaction,
    point: MetricPoint,
    startMs: number,
  ): Promise<number> => {
    const { id } = await tables(tx)
      .insertInto('metrics_series')
      .values({ ...keyOf(point), last_ms: startMs } as never)
      .onConflict((conflict) =>
        conflict
          .columns(['account_id', 'region', 'namespace', 'name', 'dimensions'])
          .doUpdateSet({ last_ms: sql`max(last_ms, excluded.last_ms)` as never }),
      )
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  }

  const read: MetricStore['read'] = async (query) => {
    const { startMs, endMs, periodMs, unit } = query
    const key = keyOf(query)
    let rows = tables(database)
      .selectFrom('metrics_points')
      .innerJoin('metrics_series', 'metrics_series.id', 'metrics_points.series_id')
      .selectAll('metrics_points')
      .where('account_id', '=', key.account_id)
      .where('region', '=', key.region)
      .where('namespace', '=', key.namespace)
      .where('name', '=', key.name)
      .where('dimensions', '=', key.dimensions)
      .where('start_ms', '>=', Math.floor(startMs / minuteMs) * minuteMs)
      .where('start_ms', '<', endMs)
      .orderBy('start_ms')
      .limit(readMax + 1)
    if (unit !== undefined) rows = rows.where('unit', '=', unit)
    const found = await rows.execute()
    if (found.length > readMax) {
      throw LogErrors.InvalidLogParameter(`The time range holds more than ${readMax} values.`)
    }
    const buckets = new Map<string, MetricBucket>()
    for (const row of found) {
      const at = Math.floor(row.start_ms / periodMs) * periodMs
      const id = `${at}/${row.unit}`
      const point = { ...row, sampleCount: row.sample_count }
      buckets.set(id, { startMs: at, unit: row.unit, ...summed(buckets.get(id), point) })
    }
    return [...buckets.values()]
  }

  const list: MetricStore['list'] = async (scope, input) => {
    const after = decodeToken(input.nextToken)
    let rows = tables(database)
      .selectFrom('metrics_series')
      .selectAll()
      .where('account_id', '=', scope.accountId)
      .where('region', '=', scope.region)
      .where('id', '>', Number(after?.[0] ?? 0))
      .orderBy('id')
      .limit(input.limit + 1)
    if (input.namespace !== undefined) rows = rows.where('namespace', '=', input.namespace)
    if (input.name !== undefined) rows = rows.where('name', '=', input.name)
    if (input.sinceMs !== undefined) rows = rows.where('last_ms', '>=', input.sinceMs)
    for (const { name, value } of input.dimensions ?? []) {
      const pair = JSON.stringify([name, value ?? '']).slice(1, value === undefined ? -3 : -1)
      rows = rows.where(sql<boolean>`instr(dimensions, ${`[${pair}`}) > 0`)
    }
    const found = await rows.execute()
    const page = found.slice(0, input.limit)
    const last = page.at(-1)
    return {
      metrics: page.map(({ namespace, name, dimensions }) => ({
        namespace,
        name,
        dimensions: Object.fromEntries(JSON.parse(dimensions) as [string, string][]),
      })),
      nextToken: found.length > page.length && last ? encodeToken([last.id]) : undefined,
    }
  }

  /** Some thousand points at a time, so that nobody waits long for the writer. */
  const sumUp = async (age: (typeof ages)[number]): Promise<boolean> => {
    const beforeMs = clock.now() - age.afterMs
    return database.transaction(async (tx) => {
      const db = tables(tx)
      const fine = await db
        .selectFrom('metrics_points')
        .selectAll()
        .where('start_ms', '<', Math.floor(beforeMs / age.periodMs) * age.periodMs)
        .where(sql<boolean>`start_ms % ${age.periodMs} <> 0`)
        .limit(cleanedAtOnce)
        .execute()
      for (const row of fine) {
        await db
          .deleteFrom('metrics_points')
          .where('series_id', '=', row.series_id)
          .where('start_ms', '=', row.start_ms)
          .where('unit', '=', row.unit)
          .execute()
        const startMs = Math.floor(row.start_ms / age.periodMs) * age.periodMs
        await addPoint(tx, row.series_id, startMs, { ...row, sampleCount: row.sample_count })
      }
      return fine.length === cleanedAtOnce
    })
  }

  const addPoint = async (
    tx: Transaction,
    seriesId: number,
    startMs: number,
    point: Omit<MetricBucket, 'startMs'>,
  ): Promise<void> => {
    await tables(tx)
      .insertInto('metrics_points')
      .values({
        series_id: seriesId,
        start_ms: startMs,
        unit: point.unit,
        sample_count: point.sampleCount,
        sum: point.sum,
        minimum: point.minimum,
        maximum: point.maximum,
      })
      .onConflict((conflict) =>
        conflict.columns(['series_id', 'start_ms', 'unit']).doUpdateSet({
          sample_count: sql`metrics_points.sample_count + excluded.sample_count` as never,
          sum: sql`metrics_points.sum + excluded.sum` as never,
          minimum: sql`min(metrics_points.minimum, excluded.minimum)` as never,
          maximum: sql`max(metrics_points.maximum, excluded.maximum)` as never,
        }),
      )
      .execute()
  }

  const clean: MetricStore['clean'] = async (signal) => {
    for (const age of ages) while (!signal?.aborted && (await sumUp(age)));
    await database.transaction(async (tx) => {
      const beforeMs = clock.now() - keptMs
      const db = tables(tx)
      await db.deleteFrom('metrics_points').where('start_ms', '<', beforeMs).execute()
      await db.deleteFrom('metrics_series').where('last_ms', '<', beforeMs).execute()
    })
  }

  return { put, read, list, clean }
}

type Values = Pick<MetricBucket, 'sampleCount' | 'sum' | 'minimum' | 'maximum'>

export function summed(
  one: Values | undefined,
  { sampleCount, sum, minimum, maximum }: Values,
): Values {
  if (!one) return { sampleCount, sum, minimum, maximum }
  return {
    sampleCount: one.sampleCount + sampleCount,
    sum: one.sum + sum,
    minimum: Math.min(one.minimum, minimum),
    maximum: Math.max(one.maximum, maximum),
  }
}

function keyOf({ accountId, region, namespace, name, dimensions }: MetricScope & MetricName) {
  const pairs = Object.entries(dimensions).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return {
    account_id: accountId,
    region,
    namespace,
    name,
    dimensions: JSON.stringify(pairs),
  }
}

import { uuidV7, type Clock } from '#kit'
import type { CatalogRef, Page, PageInput } from '#catalog/metastore'
import type { Database } from '#platform/database'
import { checkCrawler } from './check-crawler.ts'
import { dueMs, findCrawler, loadCrawler, toInput } from './crawler-rows.ts'
import type { CrawlerInput, CrawlerRecord, CrawlerRef, Crawlers } from './crawlers.ts'
import { CrawlerErrors } from './errors.ts'
import { lastCrawl, runningCrawl, toCrawlRecord } from './history.ts'
import type { CrawlerRow, CrawlerTables } from './schema.ts'

type Registry = Pick<
  Crawlers,
  'create' | 'get' | 'list' | 'update' | 'delete' | 'setSchedule' | 'startSchedule' | 'stopSchedule'
>

/** The crawlers as they are declared, and their schedules. */
export function registry(database: Database, clock: Clock): Registry {
  const read = () => database.tables<CrawlerTables>()

  const toRecord = async (row: CrawlerRow): Promise<CrawlerRecord> => {
    const last = await lastCrawl(read(), row.id)
    const running = row.state === 'READY' ? undefined : await runningCrawl(read(), row.id)
    return {
      ...toInput(row),
      state: row.state,
      scheduleState: row.schedule_state,
      createTimeMs: row.create_time_ms,
      updateTimeMs: row.update_time_ms,
      version: row.version,
      crawlElapsedMs: running ? Math.max(0, clock.now() - running.start_time_ms) : 0,
      lastCrawl: last && toCrawlRecord(last),
    }
  }

  const changeSchedule = (
    ref: CrawlerRef,
    change: (row: CrawlerRow, input: CrawlerInput) => Partial<CrawlerRow>,
  ): Promise<void> =>
    database.transaction(async (tx) => {
      const db = tx.tables<CrawlerTables>()
      const row = await loadCrawler(db, ref)
      const changed = change(row, toInput(row))
      await db.updateTable('crawler_crawlers').set(changed).where('id', '=', row.id).execute()
    })

  return {
    create: async (ref, input) => {
      checkCrawler(input)
      const nowMs = clock.now()
      return database.transaction(async (tx) => {
        const db = tx.tables<CrawlerTables>()
        if (await findCrawler(db, { ...ref, crawler: input.name })) {
          throw CrawlerErrors.CrawlerExists(`Crawler with name ${input.name} already exists`)
        }
        await db
          .insertInto('crawler_crawlers')
          .values({
            id: uuidV7(nowMs),
            account_id: ref.accountId,
            region: ref.region,
            name: input.name,
            state: 'READY',
            version: 1,
            create_time_ms: nowMs,
            update_time_ms: nowMs,
            ...toColumns(input, nowMs),
          })
          .execute()
      })
    },

    get: async (ref) => toRecord(await loadCrawler(read(), ref)),

    list: async (ref: CatalogRef, page: PageInput): Promise<Page<CrawlerRecord>> => {
      const rows = await read()
        .selectFrom('crawler_crawlers')
        .selectAll()
        .where('account_id', '=', ref.accountId)
        .where('region', '=', ref.region)
        .where('name', '>', page.nextToken ? decodeName(page.nextToken) : '')
        .orderBy('name')
        .limit(page.limit + 1)
        .execute()
      const kept = rows.slice(0, page.limit)
      const more = rows.length > page.limit
      return {
        items: await Promise.all(kept.map(toRecord)),
        nextToken: more ? Buffer.from(kept.at(-1)!.name).toString('base64url') : undefined,
      }
    },

    update: (ref, changes) =>
      database.transaction(async (tx) => {
        const db = tx.tables<CrawlerTables>()
        const row = await loadCrawler(db, ref)
        if (row.state !== 'READY') throw isRunning(ref, 'updated')
        const input = { ...toInput(row), ...changes }
        checkCrawler(input)
        const nowMs = clock.now()
        await db
          .updateTable('crawler_crawlers')
          .set({ ...toColumns(input, nowMs), version: row.version + 1, update_time_ms: nowMs })
          .where('id', '=', row.id)
          .execute()
      }),

    delete: (ref) =>
      database.transaction(async (tx) => {
        const db = tx.tables<CrawlerTables>()
        const row = await loadCrawler(db, ref)
        if (row.state !== 'READY') throw isRunning(ref, 'deleted')
        await db.deleteFrom('crawler_crawls').where('crawler_id', '=', row.id).execute()
        await db.deleteFrom('crawler_files').where('crawler_id', '=', row.id).execute()
        await db.deleteFrom('crawler_crawlers').where('id', '=', row.id).execute()
      }),

    setSchedule: (ref, expression) =>
      changeSchedule(ref, (row, input) => ({
        ...toColumns({ ...input, schedule: expression || undefined }, clock.now()),
        version: row.version + 1,
      })),

    startSchedule: (ref) =>
      changeSchedule(ref, (row, input) => {
        if (!input.schedule) throw CrawlerErrors.NoSchedule(`Crawler ${row.name} has no schedule`)
        if (row.schedule_state === 'SCHEDULED')
          throw CrawlerErrors.ScheduleRunning(`The schedule of crawler ${row.name} is on already`)
        return {
          schedule_state: 'SCHEDULED',
          next_run_ms: dueMs(input.schedule, clock.now()),
        }
      }),

    stopSchedule: (ref) =>
      changeSchedule(ref, (row) => {
        if (row.schedule_state !== 'SCHEDULED')
          throw CrawlerErrors.ScheduleNotRunning(`The schedule of crawler ${row.name} is off`)
        return { schedule_state: 'NOT_SCHEDULED', next_run_ms: null }
      }),
  }
}

function toColumns(
  input: CrawlerInput,
  nowMs: number,
): Pick<CrawlerRow, 'body' | 'schedule_state' | 'next_run_ms'> {
  const { name: _, ...body } = input
  return {
    body: JSON.stringify(body),
    schedule_state: input.schedule ? 'SCHEDULED' : 'NOT_SCHEDULED',
    next_run_ms: input.schedule ? dueMs(input.schedule, nowMs) : null,
  }
}

function decodeName(token: string): string {
  return Buffer.from(token, 'base64url').toString()
}

function isRunning(ref: CrawlerRef, what: string): Error {
  return CrawlerErrors.CrawlerRunning(`Crawler ${ref.crawler} is running and cannot be ${what}`)
}

import { elapsedMs, uuidV7, type Clock, type Logger } from '#kit'
import type { Database } from '#platform/database'
import type { Background } from '#platform/jobs'
import { dueMs, loadCrawler, toInput, type FullCrawlerInput } from './crawler-rows.ts'
import type { CrawlState, CrawlSummary, Crawlers } from './crawlers.ts'
import { CrawlerErrors } from './errors.ts'
import { crawlsKept, emptySummary } from './history.ts'
import type { CrawlRow, CrawlerRow, CrawlerTables } from './schema.ts'

/** What a crawl did, told as it goes on, so that an end in the middle is told truly too. */
export interface CrawlReport {
  summary: CrawlSummary
  readonly messages: string[]
}

export interface CrawlWork {
  readonly accountId: string
  readonly region: string
  readonly crawlerId: string
  readonly crawler: FullCrawlerInput
  readonly report: CrawlReport
  readonly signal: AbortSignal
  readonly log: Logger
}

/** Where a crawl's own log goes, as lines. */
export type TellCrawl = (
  crawl: { readonly accountId: string; readonly region: string; readonly crawler: string },
  lines: readonly string[],
) => Promise<void>

export interface RunnerOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  readonly background: Background
  readonly crawl: (work: CrawlWork) => Promise<void>
  readonly tell?: TellCrawl
}

/** Crawls at work at one time; the others wait their turn as RUNNING. */
const concurrencyMax = 2
/** A crawl that takes longer is ended as FAILED. */
const crawlMsMax = 12 * 3_600_000
/** A crawl that was cut off by a restart is begun once more. */
const attemptsMax = 2
const tickMs = 5_000
const messageMax = 4_000

/** Starts, stops and finishes crawls; what is RUNNING in the database and nobody works on is taken up again. */
export function runner(options: RunnerOptions): Pick<Crawlers, 'start' | 'stop'> {
  const { database, clock, log, background } = options
  const active = new Map<string, AbortController>()
  let working = 0
  const waiting: (() => void)[] = []

  const takeTurn = async (): Promise<void> => {
    if (working < concurrencyMax) {
      working++
      return
    }
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  const giveTurn = () => {
    const next = waiting.shift()
    if (next) next()
    else working--
  }

  const finish = async (
    crawl: CrawlRow,
    report: CrawlReport,
    state: CrawlState,
    error?: string,
  ) => {
    const messages = error === undefined ? report.messages : [error, ...report.messages]
    await database.transaction(async (tx) => {
      const db = tx.tables<CrawlerTables>()
      await db
        .updateTable('crawler_crawls')
        .set({
          state,
          end_time_ms: clock.now(),
          summary: JSON.stringify(report.summary),
          message: messages.length > 0 ? messages.join('\n').slice(0, messageMax) : null,
        })
        .where('id', '=', crawl.id)
        .execute()
      await db
        .updateTable('crawler_crawlers')
        .set({ state: 'READY' })
        .where('id', '=', crawl.crawler_id)
        .execute()
      const oldest = await db
        .selectFrom('crawler_crawls')
        .select('id')
        .where('crawler_id', '=', crawl.crawler_id)
        .orderBy('id', 'desc')
        .offset(crawlsKept)
        .limit(1)
        .executeTakeFirst()
      if (oldest) {
        await db
          .deleteFrom('crawler_crawls')
          .where('crawler_id', '=', crawl.crawler_id)
          .where('id', '<=', oldest.id)
          .execute()
      }
    })
  }

  /** The crawl's log is told beside the crawl: that it cannot be written must not fail the crawl. */
  const tell = async (row: CrawlerRow, crawl: CrawlRow, lines: readonly string[]) => {
    const about = { accountId: row.account_id, region: row.region, crawler: row.name }
    try {
      await options.tell?.(
        about,
        lines.map((line) => `[${crawl.id}] ${line}`),
      )
    } catch (error) {
      log.warn({ err: error, crawler: row.name }, "a crawl's log could not be written")
    }
  }

  const work = async (row: CrawlerRow, crawl: CrawlRow, server: AbortSignal): Promise<void> => {
    const controller = new AbortController()
    active.set(crawl.id, controller)
    await takeTurn()
    const report: CrawlReport = { summary: emptySummary, messages: [] }
    const crawlLog = log.child({ crawler: row.name, crawl: crawl.id })
    const startMs = elapsedMs()
    const timeout = AbortSignal.timeout(crawlMsMax)
    try {
      const signal = AbortSignal.any([controller.signal, server, timeout])
      signal.throwIfAborted()
      await tell(row, crawl, [`BENCHMARK : Running Start Crawl for Crawler ${row.name}`])
      await options.crawl({
        accountId: row.account_id,
        region: row.region,
        crawlerId: row.id,
        crawler: toInput(row),
        report,
        signal,
        log: crawlLog,
      })
      await finish(crawl, report, 'COMPLETED')
      await tell(row, crawl, [
        ...report.messages.map((message) => `WARN : ${message}`),
        `INFO : ${summaryLine(report.summary)}`,
        'BENCHMARK : Crawler has finished running and is in state READY',
      ])
      crawlLog.info({ ...report.summary, elapsedMs: elapsedMs() - startMs }, 'crawl completed')
    } catch (error) {
      // A stop of the server leaves the crawl as RUNNING: it is taken up again at the next start.
      if (server.aborted) return
      if (controller.signal.aborted) return await finish(crawl, report, 'STOPPED')
      crawlLog.warn({ err: error }, 'crawl failed')
      const reason = timeout.aborted ? 'The crawl took too long.' : messageOf(error)
      await finish(crawl, report, 'FAILED', reason)
      await tell(row, crawl, [`ERROR : ${reason}`])
    } finally {
      active.delete(crawl.id)
      giveTurn()
    }
  }

  const spawn = (row: CrawlerRow, crawl: CrawlRow) => {
    if (active.has(crawl.id)) return
    void background.spawn(`crawl ${row.name}`, (server) => work(row, crawl, server))
  }

  const start: Crawlers['start'] = async (ref) => {
    const nowMs = clock.now()
    const begun = await database.transaction(async (tx) => {
      const db = tx.tables<CrawlerTables>()
      const row = await loadCrawler(db, ref)
      if (row.state !== 'READY') {
        throw CrawlerErrors.CrawlerRunning(`Crawler with name ${ref.crawler} has already started`)
      }
      const crawl: CrawlRow = {
        id: uuidV7(nowMs),
        crawler_id: row.id,
        state: 'RUNNING',
        start_time_ms: nowMs,
        end_time_ms: null,
        summary: JSON.stringify(emptySummary),
        message: null,
        attempts: 1,
      }
      await db.insertInto('crawler_crawls').values(crawl).execute()
      await db
        .updateTable('crawler_crawlers')
        .set({ state: 'RUNNING' })
        .where('id', '=', row.id)
        .execute()
      return { row, crawl }
    })
    spawn(begun.row, begun.crawl)
  }

  const stop: Crawlers['stop'] = async (ref) => {
    const crawlId = await database.transaction(async (tx) => {
      const db = tx.tables<CrawlerTables>()
      const row = await loadCrawler(db, ref)
      if (row.state === 'READY')
        throw CrawlerErrors.CrawlerNotRunning(`Crawler with name ${ref.crawler} isn't running`)
      if (row.state === 'STOPPING')
        throw CrawlerErrors.CrawlerStopping(`Crawler with name ${ref.crawler} is stopping`)
      await db
        .updateTable('crawler_crawlers')
        .set({ state: 'STOPPING' })
        .where('id', '=', row.id)
        .execute()
      const crawl = await db
        .selectFrom('crawler_crawls')
        .select('id')
        .where('crawler_id', '=', row.id)
        .where('state', '=', 'RUNNING')
        .executeTakeFirst()
      return crawl?.id
    })
    if (crawlId) active.get(crawlId)?.abort(new Error('the crawl was stopped'))
  }

  const takeUp = async () => {
    const crawls = await database
      .tables<CrawlerTables>()
      .selectFrom('crawler_crawls')
      .selectAll()
      .where('state', '=', 'RUNNING')
      .limit(1_000)
      .execute()
    for (const crawl of crawls) {
      if (!active.has(crawl.id)) await takeUpOne(crawl)
    }
  }

  const takeUpOne = async (crawl: CrawlRow) => {
    const again = await database.transaction(async (tx) => {
      const db = tx.tables<CrawlerTables>()
      const row = await db
        .selectFrom('crawler_crawlers')
        .selectAll()
        .where('id', '=', crawl.crawler_id)
        .executeTakeFirst()
      const now = await db
        .selectFrom('crawler_crawls')
        .select(['state', 'attempts'])
        .where('id', '=', crawl.id)
        .executeTakeFirst()
      if (!row || now?.state !== 'RUNNING' || active.has(crawl.id)) return undefined
      await db
        .updateTable('crawler_crawls')
        .set({ attempts: now.attempts + 1 })
        .where('id', '=', crawl.id)
        .execute()
      return { row, attempts: now.attempts + 1 }
    })
    if (!again || active.has(crawl.id)) return
    const report: CrawlReport = { summary: emptySummary, messages: [] }
    if (again.row.state === 'STOPPING') await finish(crawl, report, 'STOPPED')
    else if (again.attempts > attemptsMax)
      await finish(crawl, report, 'FAILED', 'The server stopped while the crawl was running.')
    else spawn(again.row, crawl)
  }

  const startDue = async () => {
    const nowMs = clock.now()
    const due = await database
      .tables<CrawlerTables>()
      .selectFrom('crawler_crawlers')
      .selectAll()
      .where('next_run_ms', '<=', nowMs)
      .limit(100)
      .execute()
    for (const row of due) {
      const { schedule } = toInput(row)
      await database.transaction(async (tx) => {
        await tx
          .tables<CrawlerTables>()
          .updateTable('crawler_crawlers')
          .set({ next_run_ms: schedule ? dueMs(schedule, nowMs) : null })
          .where('id', '=', row.id)
          .where('next_run_ms', '=', row.next_run_ms)
          .execute()
      })
      if (row.state === 'READY') {
        await start({ accountId: row.account_id, region: row.region, crawler: row.name }).catch(
          (error: unknown) =>
            log.warn({ err: error, crawler: row.name }, 'a due crawl did not start'),
        )
      }
    }
  }

  background.every('crawlers', tickMs, async () => {
    await takeUp()
    await startDue()
  })
  return { start, stop }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function summaryLine(summary: CrawlSummary): string {
  const { tablesCreated, tablesUpdated, tablesDeleted } = summary
  const { partitionsCreated, partitionsUpdated, partitionsDeleted } = summary
  return (
    `Tables created ${tablesCreated}, updated ${tablesUpdated}, deleted ${tablesDeleted}; ` +
    `partitions created ${partitionsCreated}, updated ${partitionsUpdated}, deleted ${partitionsDeleted}`
  )
}

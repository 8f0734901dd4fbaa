import type { Kysely } from 'kysely'
import type { CrawlState, CrawlerState, ScheduleState } from './crawlers.ts'

export interface CrawlerTables {
  crawler_crawlers: {
    id: string
    account_id: string
    region: string
    name: string
    /** The CrawlerInput without its name, as JSON. */
    body: string
    state: CrawlerState
    version: number
    schedule_state: ScheduleState
    /** When the schedule is due next; NULL when it is not. */
    next_run_ms: number | null
    create_time_ms: number
    update_time_ms: number
  }
  crawler_crawls: {
    id: string
    crawler_id: string
    state: CrawlState
    start_time_ms: number
    end_time_ms: number | null
    summary: string
    message: string | null
    /** How often the crawl was begun: once more after a restart. */
    attempts: number
  }
  /** What files held when a crawler read them, for crawls that read only what has changed. */
  crawler_files: {
    crawler_id: string
    /** `bucket/key`. */
    path: string
    /** Differs when the file does. */
    mark: string
    reading: string
  }
  crawler_classifiers: {
    account_id: string
    region: string
    name: string
    body: string
    version: number
    create_time_ms: number
    update_time_ms: number
  }
}

export type CrawlerDb = Kysely<CrawlerTables>
export type CrawlerRow = CrawlerTables['crawler_crawlers']
export type CrawlRow = CrawlerTables['crawler_crawls']

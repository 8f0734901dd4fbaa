import { nextRunMs, parseCron, type Cron } from '#kit'
import type { CrawlerInput, CrawlerRecord, CrawlerRef } from './crawlers.ts'
import { CrawlerErrors } from './errors.ts'
import type { CrawlerDb, CrawlerRow } from './schema.ts'

export async function findCrawler(db: CrawlerDb, ref: CrawlerRef): Promise<CrawlerRow | undefined> {
  return db
    .selectFrom('crawler_crawlers')
    .selectAll()
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
    .where('name', '=', ref.crawler)
    .executeTakeFirst()
}

export async function loadCrawler(db: CrawlerDb, ref: CrawlerRef): Promise<CrawlerRow> {
  const row = await findCrawler(db, ref)
  if (row) return row
  throw CrawlerErrors.CrawlerNotFound(`Crawler entry with name ${ref.crawler} does not exist`)
}

/** A crawler's declaration with AWS's defaults filled in. */
export type FullCrawlerInput = CrawlerInput &
  Pick<CrawlerRecord, 'updateBehavior' | 'deleteBehavior' | 'recrawlBehavior'>

export function toInput(row: CrawlerRow): FullCrawlerInput {
  const body = JSON.parse(row.body) as Omit<CrawlerInput, 'name'>
  const { updateBehavior = 'UPDATE_IN_DATABASE', recrawlBehavior = 'CRAWL_EVERYTHING' } = body
  const fallback = body.catalogTargets.length > 0 ? 'LOG' : 'DEPRECATE_IN_DATABASE'
  const { deleteBehavior = fallback } = body
  return { ...body, name: row.name, updateBehavior, deleteBehavior, recrawlBehavior }
}

export function dueMs(schedule: string, nowMs: number): number | null {
  return nextRunMs(cronOf(schedule), nowMs) ?? null
}

/** Errors: `InvalidCrawler`. */
export function cronOf(schedule: string): Cron {
  const cron = parseCron(schedule)
  if (cron) return cron
  throw CrawlerErrors.InvalidCrawler(`Schedule expression '${schedule}' is not valid.`)
}

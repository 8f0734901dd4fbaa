import type { Database } from '#platform/database'
import type { CrawlFilter, CrawlRecord, CrawlSummary, Crawlers } from './crawlers.ts'
import { CrawlerErrors } from './errors.ts'
import { loadCrawler } from './crawler-rows.ts'
import type { CrawlRow, CrawlerDb, CrawlerTables } from './schema.ts'

/** Crawls kept for each crawler; AWS keeps a year. */
export const crawlsKept = 1_000

export const emptySummary: CrawlSummary = {
  tablesCreated: 0,
  tablesUpdated: 0,
  tablesDeleted: 0,
  partitionsCreated: 0,
  partitionsUpdated: 0,
  partitionsDeleted: 0,
  filesSkipped: 0,
}

/** What the crawls of a crawler did. */
export function history(database: Database): Pick<Crawlers, 'listCrawls' | 'metrics'> {
  const read = () => database.tables<CrawlerTables>()
  return {
    listCrawls: async (ref, page) => {
      const row = await loadCrawler(read(), ref)
      let query = read()
        .selectFrom('crawler_crawls')
        .selectAll()
        .where('crawler_id', '=', row.id)
        .orderBy('id', 'desc')
        .limit(page.limit + 1)
      for (const filter of page.filters ?? []) {
        query = query.where(columns[filter.field], operators[filter.operator], filter.value)
      }
      if (page.nextToken) query = query.where('id', '<', decodeId(page.nextToken))
      const rows = await query.execute()
      const kept = rows.slice(0, page.limit)
      const more = rows.length > page.limit
      return {
        items: kept.map(toCrawlRecord),
        nextToken: more ? Buffer.from(kept.at(-1)!.id).toString('base64url') : undefined,
      }
    },

    metrics: async (ref) => {
      const row = await loadCrawler(read(), ref)
      const crawls = await read()
        .selectFrom('crawler_crawls')
        .selectAll()
        .where('crawler_id', '=', row.id)
        .where('end_time_ms', 'is not', null)
        .orderBy('id', 'desc')
        .limit(100)
        .execute()
      const runtimes = crawls.map((crawl) => crawl.end_time_ms! - crawl.start_time_ms)
      const sorted = runtimes.toSorted((a, b) => a - b)
      return {
        crawler: row.name,
        running: row.state !== 'READY',
        lastRuntimeMs: runtimes[0] ?? 0,
        medianRuntimeMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
        lastSummary: crawls[0] ? toCrawlRecord(crawls[0]).summary : emptySummary,
      }
    },
  }
}

const columns = {
  CRAWL_ID: 'id',
  STATE: 'state',
  START_TIME: 'start_time_ms',
  END_TIME: 'end_time_ms',
} as const satisfies Record<CrawlFilter['field'], keyof CrawlRow>

const operators = {
  GT: '>',
  GE: '>=',
  LT: '<',
  LE: '<=',
  EQ: '=',
  NE: '<>',
} as const satisfies Record<CrawlFilter['operator'], string>

export async function lastCrawl(db: CrawlerDb, crawlerId: string): Promise<CrawlRow | undefined> {
  return db
    .selectFrom('crawler_crawls')
    .selectAll()
    .where('crawler_id', '=', crawlerId)
    .where('state', '<>', 'RUNNING')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function runningCrawl(
  db: CrawlerDb,
  crawlerId: string,
): Promise<CrawlRow | undefined> {
  return db
    .selectFrom('crawler_crawls')
    .selectAll()
    .where('crawler_id', '=', crawlerId)
    .where('state', '=', 'RUNNING')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export function toCrawlRecord(row: CrawlRow): CrawlRecord {
  return {
    crawlId: row.id,
    state: row.state,
    startTimeMs: row.start_time_ms,
    endTimeMs: row.end_time_ms ?? undefined,
    summary: { ...emptySummary, ...(JSON.parse(row.summary) as Partial<CrawlSummary>) },
    message: row.message ?? undefined,
  }
}

function decodeId(token: string): string {
  const id = Buffer.from(token, 'base64url').toString()
  if (/^[\da-f-]{36}$/.test(id)) return id
  throw CrawlerErrors.InvalidCrawler('Invalid token.')
}

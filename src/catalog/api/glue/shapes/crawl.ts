import type { CrawlerHistory, CrawlsFilter, LastCrawlInfo } from '@aws-sdk/client-glue'
import type { CrawlFilter, CrawlRecord, CrawlState } from '#catalog/crawlers'
import { CrawlerErrors } from '#catalog/crawlers'
import { compact } from './compact.ts'
import { toDate } from './times.ts'

const logGroup = '/aws-glue/crawlers'

const lastStatus: Readonly<Record<CrawlState, LastCrawlInfo['Status']>> = {
  RUNNING: undefined,
  COMPLETED: 'SUCCEEDED',
  FAILED: 'FAILED',
  STOPPED: 'CANCELLED',
}

export function toLastCrawl(crawl: CrawlRecord, crawler: string): LastCrawlInfo {
  return compact<LastCrawlInfo>({
    Status: lastStatus[crawl.state],
    ErrorMessage: crawl.message,
    LogGroup: logGroup,
    LogStream: crawler,
    MessagePrefix: crawl.crawlId,
    StartTime: toDate(crawl.startTimeMs),
  })
}

export function toCrawlerHistory(crawl: CrawlRecord, crawler: string): CrawlerHistory {
  return compact<CrawlerHistory>({
    CrawlId: crawl.crawlId,
    State: crawl.state,
    StartTime: toDate(crawl.startTimeMs),
    EndTime: toDate(crawl.endTimeMs),
    Summary: toSummary(crawl),
    ErrorMessage: crawl.message,
    LogGroup: logGroup,
    LogStream: crawler,
    MessagePrefix: crawl.crawlId,
    DPUHour: 0,
  })
}

/** JSON in JSON, as AWS writes it: https://docs.aws.amazon.com/glue/latest/webapi/API_CrawlerHistory.html */
function toSummary({ summary }: CrawlRecord): string {
  const counts = (add: number, update: number, remove: number) =>
    JSON.stringify({ ADD: add, UPDATE: update, DELETE: remove })
  return JSON.stringify({
    TABLE: counts(summary.tablesCreated, summary.tablesUpdated, summary.tablesDeleted),
    PARTITION: counts(
      summary.partitionsCreated,
      summary.partitionsUpdated,
      summary.partitionsDeleted,
    ),
  })
}

export function fromCrawlsFilter(filter: CrawlsFilter): CrawlFilter {
  const { FieldName: field, FilterOperator: operator, FieldValue: value } = filter
  if (!field || !operator || value === undefined) {
    throw CrawlerErrors.InvalidCrawler('A filter needs FieldName, FilterOperator and FieldValue.')
  }
  if (field === 'DPU_HOUR') throw CrawlerErrors.InvalidCrawler('DPU_HOUR cannot be filtered by.')
  const isTime = field === 'START_TIME' || field === 'END_TIME'
  return { field, operator, value: isTime ? toTimeMs(value) : value }
}

function toTimeMs(value: string): number {
  const timeMs = /^\d+$/.test(value) ? Number(value) : Date.parse(value)
  if (Number.isFinite(timeMs)) return timeMs
  throw CrawlerErrors.InvalidCrawler(`'${value}' is not a time.`)
}

import type { CrawlSummary } from '../crawlers.ts'
import type { CrawlReport } from '../runner.ts'

/** Messages kept of one crawl; further ones are only counted. */
const messagesMax = 20

export function count(report: CrawlReport, what: keyof CrawlSummary, by = 1): void {
  report.summary = { ...report.summary, [what]: report.summary[what] + by }
}

export function note(report: CrawlReport, message: string): void {
  if (report.messages.length < messagesMax) report.messages.push(message)
}

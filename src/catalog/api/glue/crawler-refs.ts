import type { CrawlerRef } from '#catalog/crawlers'
import type { Call } from '#protocol/aws'

export function crawlerRef(name: string, call: Pick<Call, 'accountId' | 'region'>): CrawlerRef {
  return { accountId: call.accountId, region: call.region, crawler: name }
}

import { ListCrawls$, type ListCrawlsRequest, type ListCrawlsResponse } from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { crawlerRef } from '../crawler-refs.ts'
import { pageInput } from '../refs.ts'
import { fromCrawlsFilter, toCrawlerHistory } from '../shapes/crawl.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_ListCrawls.html
 */
export const ListCrawls = operation<ListCrawlsRequest, ListCrawlsResponse>(
  ListCrawls$,
  async (input, ctx) => {
    const ref = crawlerRef(input.CrawlerName!, ctx)
    const page = await ctx.crawlers.listCrawls(ref, {
      ...pageInput(input, 1000),
      filters: input.Filters?.map(fromCrawlsFilter),
    })
    return {
      Crawls: page.items.map((crawl) => toCrawlerHistory(crawl, ref.crawler)),
      NextToken: page.nextToken,
    }
  },
)

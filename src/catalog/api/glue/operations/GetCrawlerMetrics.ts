import {
  GetCrawlerMetrics$,
  type GetCrawlerMetricsRequest,
  type GetCrawlerMetricsResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { crawlerRef } from '../crawler-refs.ts'
import { catalogRef, pageInput } from '../refs.ts'
import { toCrawlerMetrics } from '../shapes/crawler.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetCrawlerMetrics.html
 */
export const GetCrawlerMetrics = operation<GetCrawlerMetricsRequest, GetCrawlerMetricsResponse>(
  GetCrawlerMetrics$,
  async (input, ctx) => {
    const ref = catalogRef({}, ctx)
    const page = input.CrawlerNameList?.length
      ? { items: input.CrawlerNameList.map((name) => ({ name })), nextToken: undefined }
      : await ctx.crawlers.list(ref, pageInput(input, 1000))
    const metrics = await Promise.all(
      page.items.map(({ name }) => ctx.crawlers.metrics(crawlerRef(name, ctx))),
    )
    return { CrawlerMetricsList: metrics.map(toCrawlerMetrics), NextToken: page.nextToken }
  },
)

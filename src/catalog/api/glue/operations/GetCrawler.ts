import { GetCrawler$, type GetCrawlerRequest, type GetCrawlerResponse } from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { crawlerRef } from '../crawler-refs.ts'
import { toCrawler } from '../shapes/crawler.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetCrawler.html
 */
export const GetCrawler = operation<GetCrawlerRequest, GetCrawlerResponse>(
  GetCrawler$,
  async (input, ctx) => {
    const ref = crawlerRef(input.Name!, ctx)
    return { Crawler: toCrawler(await ctx.crawlers.get(ref)) }
  },
)

import {
  StopCrawler$,
  type StopCrawlerRequest,
  type StopCrawlerResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { crawlerRef } from '../crawler-refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_StopCrawler.html
 */
export const StopCrawler = operation<StopCrawlerRequest, StopCrawlerResponse>(
  StopCrawler$,
  async (input, ctx) => {
    await ctx.crawlers.stop(crawlerRef(input.Name!, ctx))
    return {}
  },
)

import {
  StartCrawler$,
  type StartCrawlerRequest,
  type StartCrawlerResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { crawlerRef } from '../crawler-refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_StartCrawler.html
 */
export const StartCrawler = operation<StartCrawlerRequest, StartCrawlerResponse>(
  StartCrawler$,
  async (input, ctx) => {
    await ctx.crawlers.start(crawlerRef(input.Name!, ctx))
    return {}
  },
)

import {
  StartCrawlerSchedule$,
  type StartCrawlerScheduleRequest,
  type StartCrawlerScheduleResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { crawlerRef } from '../crawler-refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_StartCrawlerSchedule.html
 */
export const StartCrawlerSchedule = operation<
  StartCrawlerScheduleRequest,
  StartCrawlerScheduleResponse
>(StartCrawlerSchedule$, async (input, ctx) => {
  await ctx.crawlers.startSchedule(crawlerRef(input.CrawlerName!, ctx))
  return {}
})

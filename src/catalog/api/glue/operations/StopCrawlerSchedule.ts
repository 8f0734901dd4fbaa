import {
  StopCrawlerSchedule$,
  type StopCrawlerScheduleRequest,
  type StopCrawlerScheduleResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { crawlerRef } from '../crawler-refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_StopCrawlerSchedule.html
 */
export const StopCrawlerSchedule = operation<
  StopCrawlerScheduleRequest,
  StopCrawlerScheduleResponse
>(StopCrawlerSchedule$, async (input, ctx) => {
  await ctx.crawlers.stopSchedule(crawlerRef(input.CrawlerName!, ctx))
  return {}
})

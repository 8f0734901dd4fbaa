import {
  UpdateCrawlerSchedule$,
  type UpdateCrawlerScheduleRequest,
  type UpdateCrawlerScheduleResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { crawlerRef } from '../crawler-refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateCrawlerSchedule.html
 */
export const UpdateCrawlerSchedule = operation<
  UpdateCrawlerScheduleRequest,
  UpdateCrawlerScheduleResponse
>(UpdateCrawlerSchedule$, async (input, ctx) => {
  await ctx.crawlers.setSchedule(crawlerRef(input.CrawlerName!, ctx), input.Schedule)
  return {}
})

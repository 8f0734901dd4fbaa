import {
  UpdateCrawler$,
  type UpdateCrawlerRequest,
  type UpdateCrawlerResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { checkCrawlerRole } from '../crawler-role.ts'
import { crawlerRef } from '../crawler-refs.ts'
import { fromCrawlerChanges } from '../shapes/crawler.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateCrawler.html
 */
export const UpdateCrawler = operation<UpdateCrawlerRequest, UpdateCrawlerResponse>(
  UpdateCrawler$,
  async (input, ctx) => {
    await checkCrawlerRole(ctx, input.Role)
    await ctx.crawlers.update(crawlerRef(input.Name!, ctx), fromCrawlerChanges(input))
    return {}
  },
)

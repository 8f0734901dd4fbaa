import {
  GetCrawlers$,
  type GetCrawlersRequest,
  type GetCrawlersResponse,
} from '@aws-sdk/client-glue'
import { operation } from '../context.ts'
import { catalogRef, pageInput } from '../refs.ts'
import { toCrawler } from '../shapes/crawler.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_GetCrawlers.html
 */
export const GetCrawlers = operation<GetCrawlersRequest, GetCrawlersResponse>(
  GetCrawlers$,
  async (input, ctx) => {
    const page = await ctx.crawlers.list(catalogRef({}, ctx), pageInput(input, 1000))
    return { Crawlers: page.items.map(toCrawler), NextToken: page.nextToken }
  },
)

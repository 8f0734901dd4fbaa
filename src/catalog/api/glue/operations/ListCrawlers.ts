import {
  ListCrawlers$,
  type ListCrawlersRequest,
  type ListCrawlersResponse,
} from '@aws-sdk/client-glue'
import { catalogArn } from '#catalog/metastore'
import { operation } from '../context.ts'
import { catalogRef, pageInput } from '../refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_ListCrawlers.html
 */
export const ListCrawlers = operation<ListCrawlersRequest, ListCrawlersResponse>(
  ListCrawlers$,
  async (input, ctx) => {
    const ref = catalogRef({}, ctx)
    const page = await ctx.crawlers.list(ref, pageInput(input, 1000))
    const wanted = Object.entries(input.Tags ?? {})
    const names: string[] = []
    for (const { name } of page.items) {
      const tags =
        wanted.length > 0 ? await ctx.metastore.getTags(catalogArn(ref, `crawler/${name}`)) : {}
      if (wanted.every(([key, value]) => tags[key] === value)) names.push(name)
    }
    return { CrawlerNames: names, NextToken: page.nextToken }
  },
)

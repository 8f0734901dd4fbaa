import {
  DeleteCrawler$,
  type DeleteCrawlerRequest,
  type DeleteCrawlerResponse,
} from '@aws-sdk/client-glue'
import { catalogArn } from '#catalog/metastore'
import { operation } from '../context.ts'
import { crawlerRef } from '../crawler-refs.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_DeleteCrawler.html
 */
export const DeleteCrawler = operation<DeleteCrawlerRequest, DeleteCrawlerResponse>(
  DeleteCrawler$,
  async (input, ctx) => {
    const ref = crawlerRef(input.Name!, ctx)
    await ctx.crawlers.delete(ref)
    const arn = catalogArn(ref, `crawler/${ref.crawler}`)
    await ctx.metastore.untagResource(arn, Object.keys(await ctx.metastore.getTags(arn)))
    return {}
  },
)

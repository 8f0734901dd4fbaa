import {
  CreateCrawler$,
  type CreateCrawlerRequest,
  type CreateCrawlerResponse,
} from '@aws-sdk/client-glue'
import { catalogArn } from '#catalog/metastore'
import { operation } from '../context.ts'
import { checkCrawlerRole } from '../crawler-role.ts'
import { catalogRef } from '../refs.ts'
import { fromCrawlerRequest } from '../shapes/crawler.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_CreateCrawler.html
 * S3 and catalog targets; others are refused. The role has to trust Glue; what
 * a crawl reads and writes is not held to its policies.
 */
export const CreateCrawler = operation<CreateCrawlerRequest, CreateCrawlerResponse>(
  CreateCrawler$,
  async (input, ctx) => {
    const ref = catalogRef(input, ctx)
    await checkCrawlerRole(ctx, input.Role)
    await ctx.crawlers.create(ref, fromCrawlerRequest(input))
    if (input.Tags) {
      await ctx.metastore.tagResource(catalogArn(ref, `crawler/${input.Name}`), input.Tags)
    }
    return {}
  },
)

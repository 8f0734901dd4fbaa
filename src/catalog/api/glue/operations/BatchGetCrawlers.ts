import {
  BatchGetCrawlers$,
  type BatchGetCrawlersRequest,
  type BatchGetCrawlersResponse,
  type Crawler,
} from '@aws-sdk/client-glue'
import { isLakeError } from '#kit'
import { operation } from '../context.ts'
import { crawlerRef } from '../crawler-refs.ts'
import { toCrawler } from '../shapes/crawler.ts'

/**
 * https://docs.aws.amazon.com/glue/latest/webapi/API_BatchGetCrawlers.html
 */
export const BatchGetCrawlers = operation<BatchGetCrawlersRequest, BatchGetCrawlersResponse>(
  BatchGetCrawlers$,
  async (input, ctx) => {
    const Crawlers: Crawler[] = []
    const CrawlersNotFound: string[] = []
    for (const name of input.CrawlerNames!) {
      try {
        Crawlers.push(toCrawler(await ctx.crawlers.get(crawlerRef(name, ctx))))
      } catch (error) {
        if (!isLakeError(error, 'CrawlerNotFound')) throw error
        CrawlersNotFound.push(name)
      }
    }
    return { Crawlers, CrawlersNotFound }
  },
)

import { parseConfiguration } from './configuration.ts'
import type { CrawlerInput } from './crawlers.ts'
import { cronOf } from './crawler-rows.ts'
import { CrawlerErrors } from './errors.ts'
import { compileGlob } from './exclusions.ts'
import { parseS3Path } from './s3-path.ts'

/** Throws `InvalidCrawler` for what could never be crawled. */
export function checkCrawler(input: CrawlerInput): void {
  const invalid = CrawlerErrors.InvalidCrawler
  if (!/^[\w .@#$()+,-]{1,255}$/.test(input.name)) throw invalid('Crawler name is not valid.')
  const { icebergTargets = [] } = input
  const others = input.s3Targets.length + icebergTargets.length
  if (others + input.catalogTargets.length === 0) throw invalid('At least one target is required.')
  if (others > 0 && input.catalogTargets.length > 0) {
    throw invalid('Catalog targets cannot be mixed with other targets.')
  }
  if (others > 0 && !input.database) throw invalid('DatabaseName is required.')
  for (const { paths, exclusions = [], depthMax = 1 } of icebergTargets) {
    if (paths.length === 0) throw invalid('An Iceberg target needs at least one path.')
    for (const path of paths) parseS3Path(path)
    for (const exclusion of exclusions) compileGlob(exclusion)
    if (depthMax < 1 || depthMax > 20) throw invalid('MaximumTraversalDepth must be 1 to 20.')
  }
  for (const target of input.s3Targets) {
    parseS3Path(target.path)
    for (const exclusion of target.exclusions ?? []) compileGlob(exclusion)
    const size = target.sampleSize
    if (size !== undefined && (size < 1 || size > 249))
      throw invalid('SampleSize must be between 1 and 249.')
  }
  for (const target of input.catalogTargets) {
    if (target.tables.length === 0) throw invalid('A catalog target needs at least one table.')
  }
  if (input.catalogTargets.length > 0 && (input.deleteBehavior ?? 'LOG') !== 'LOG')
    throw invalid('A crawler with catalog targets must have the delete behavior LOG.')
  if (input.recrawlBehavior === 'CRAWL_EVENT_MODE' && icebergTargets.length > 0)
    throw invalid('An Iceberg target cannot be crawled by events.')
  if ((input.tablePrefix?.length ?? 0) > 128) throw invalid('TablePrefix is too long.')
  if (input.schedule) cronOf(input.schedule)
  parseConfiguration(input.configuration)
}

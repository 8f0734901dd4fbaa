export type {
  CatalogTarget,
  ClassifierInput,
  ClassifierRecord,
  Classifiers,
  CrawlFilter,
  CrawlRecord,
  CrawlState,
  CrawlSummary,
  CrawlerInput,
  CrawlerMetrics,
  CrawlerRecord,
  CrawlerRef,
  CrawlerState,
  IcebergTarget,
  Crawlers,
  DeleteBehavior,
  RecrawlBehavior,
  S3Target,
  ScheduleState,
  UpdateBehavior,
} from './crawlers.ts'
export type { TellCrawl } from './runner.ts'
export { CrawlerErrors } from './errors.ts'
export { createCrawlers, type CrawlRole, type CrawlerOptions } from './create-crawlers.ts'
export { migrations } from './migrations.ts'

import type { Metastore } from '#catalog/metastore'
import type { IcebergTables } from '#catalog/tables'
import type { Clock, Logger } from '#kit'
import type { Database } from '#platform/database'
import type { Background } from '#platform/jobs'
import type { QueryEngine } from '#processing/engine'
import type { Objects } from '#storage/objects'
import { createClassifiers } from './classifiers.ts'
import { runCrawl } from './crawl/crawl.ts'
import type { Classifiers, Crawlers } from './crawlers.ts'
import { history } from './history.ts'
import { registry } from './registry.ts'
import { runner, type TellCrawl } from './runner.ts'

export interface CrawlerOptions {
  readonly database: Database
  readonly metastore: Metastore
  readonly tables: Pick<IcebergTables, 'register'>
  readonly objects: Objects
  readonly engine: QueryEngine
  readonly clock: Clock
  readonly log: Logger
  readonly background: Background
  readonly tell?: TellCrawl
}

/** Crawlers and classifiers. Crawls that a restart cut off, and schedules, are taken up at once in the background. */
export function createCrawlers(options: CrawlerOptions): {
  readonly crawlers: Crawlers
  readonly classifiers: Classifiers
} {
  const { database, clock, metastore, tables, objects, engine } = options
  const classifiers = createClassifiers({ database, clock })
  const parts = { database, metastore, tables, objects, engine, classifiers }
  const { start, stop } = runner({
    database,
    clock,
    log: options.log,
    background: options.background,
    tell: options.tell,
    crawl: (work) => runCrawl(parts, work),
  })
  const crawlers: Crawlers = { ...registry(database, clock), ...history(database), start, stop }
  return { crawlers, classifiers }
}

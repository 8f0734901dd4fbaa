import type { GuardedMetastore } from '#catalog/metastore'
import type { IcebergTables } from '#catalog/tables'
import type { Database } from '#platform/database'
import type { QueryEngine } from '#processing/engine'
import type { Objects } from '#storage/objects'
import { parseConfiguration, type Configuration } from '../configuration.ts'
import type { ClassifierRecord, Classifiers } from '../crawlers.ts'
import type { CrawlWork } from '../runner.ts'
import { crawlCatalogTable } from './catalog-target.ts'
import { count, note } from './counts.ts'
import { crawlIcebergTargets } from './iceberg-target.ts'
import { Inference } from './inference.ts'
import { loadReadBefore, nothingBefore, type ReadBefore } from './read-before.ts'
import { crawlS3Targets } from './s3-target.ts'

export interface CrawlParts {
  readonly database: Database
  readonly metastore: GuardedMetastore
  readonly objects: Objects
  readonly engine: QueryEngine
  readonly classifiers: Classifiers
  readonly tables: Pick<IcebergTables, 'register'>
}

/** One crawl under way, and what it works with. */
export interface Crawl extends CrawlWork, CrawlParts {
  readonly inference: Inference
  readonly configuration: Configuration
}

/** Does the work of one crawl: every target in turn. */
export async function runCrawl(parts: CrawlParts, work: CrawlWork): Promise<void> {
  const { crawler, report, signal } = work
  const classifiers = await classifiersOf(parts.classifiers, work)
  const readBefore = await readBeforeOf(parts.database, work, classifiers)
  const inference = new Inference({
    objects: parts.objects,
    engine: parts.engine,
    accountId: work.accountId,
    classifiers,
    readBefore,
    signal,
    onBadFile: (path, reason) => {
      count(report, 'filesSkipped')
      note(report, `${path}: ${reason}`)
      work.log.warn({ path, reason }, 'a file was skipped')
    },
  })
  const configuration = parseConfiguration(crawler.configuration)
  const crawl: Crawl = { ...parts, ...work, inference, configuration }
  if (crawler.s3Targets.length > 0) await crawlS3Targets(crawl)
  if (crawler.icebergTargets?.length) await crawlIcebergTargets(crawl)
  for (const target of crawler.catalogTargets) {
    for (const table of target.tables) await crawlCatalogTable(crawl, target.database, table)
  }
  await readBefore.save()
}

/** A crawler that is to crawl what is new need not read again what is as it was; one that crawls everything does. */
async function readBeforeOf(
  database: Database,
  { crawlerId, crawler }: CrawlWork,
  classifiers: readonly ClassifierRecord[],
): Promise<ReadBefore> {
  if (crawler.recrawlBehavior === 'CRAWL_EVERYTHING') return nothingBefore
  const means = classifiers.map(({ name, createTimeMs, version }) => [name, createTimeMs, version])
  return loadReadBefore(database, crawlerId, JSON.stringify(means))
}

async function classifiersOf(
  classifiers: Classifiers,
  { accountId, region, crawler }: CrawlWork,
): Promise<readonly ClassifierRecord[]> {
  const found: ClassifierRecord[] = []
  for (const name of crawler.classifiers) {
    found.push(await classifiers.get({ accountId, region }, name))
  }
  return found
}

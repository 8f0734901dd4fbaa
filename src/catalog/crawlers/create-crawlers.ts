import { type Metastore, guardedMetastore, tableArns } from '#catalog/metastore'
import type { IcebergTables } from '#catalog/tables'
import type { Clock, Logger } from '#kit'
import type { Database } from '#platform/database'
import type { Background } from '#platform/jobs'
import type { QueryEngine } from '#processing/engine'
import { guardedObjects, type Objects, type RequireRight } from '#storage/objects'
import { createClassifiers } from './classifiers.ts'
import { runCrawl } from './crawl/crawl.ts'
import type { Classifiers, Crawlers } from './crawlers.ts'
import { CrawlerErrors } from './errors.ts'
import { history } from './history.ts'
import { registry } from './registry.ts'
import { runner, type CrawlWork, type TellCrawl } from './runner.ts'

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
  /** Whether a crawler's role may do something now, `s3:GetObject` on an ARN, say; undefined when Glue cannot act in the role. */
  readonly roleRights: (role: CrawlRole) => Promise<RoleRights | undefined>
}

export interface CrawlRole {
  readonly accountId: string
  readonly region: string
  readonly roleArn: string
}

export interface RoleRights {
  /** `keys` are condition keys of the question: `s3:prefix`. */
  permits(
    action: string,
    resource: string,
    keys?: Readonly<Record<string, string | readonly string[]>>,
  ): Promise<boolean>
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
    crawl: async (work) => runCrawl({ ...parts, ...(await partsFor(work, options)) }, work),
  })
  const crawlers: Crawlers = { ...registry(database, clock), ...history(database), start, stop }
  return { crawlers, classifiers }
}

/** Objects as the crawler's role may read them, and the catalog as it may change it. Error of each call: `RoleRefused`. */
async function partsFor(
  { accountId, region, crawler }: CrawlWork,
  { objects, metastore, tables, roleRights }: CrawlerOptions,
) {
  const { role } = crawler
  const roleArn = role.startsWith('arn:') ? role : `arn:aws:iam::${accountId}:role/${role}`
  const rightsNow = async () => {
    const rights = await roleRights({ accountId, region, roleArn })
    if (rights) return rights
    throw CrawlerErrors.RoleRefused(`Service is unable to assume provided role ${roleArn}`)
  }
  await rightsNow()
  const require: RequireRight = async (action, resource, keys) => {
    if (await (await rightsNow()).permits(action, resource, keys)) return
    throw CrawlerErrors.RoleRefused(
      `The role ${roleArn} is not authorized to perform: ${action} on resource: ${resource}`,
    )
  }
  const register: typeof tables.register = async (ref, ...rest) => {
    for (const arn of tableArns(ref)) await require('glue:CreateTable', arn)
    return tables.register(ref, ...rest)
  }
  return {
    objects: guardedObjects(objects, require),
    metastore: guardedMetastore(metastore, require),
    tables: { register },
  }
}

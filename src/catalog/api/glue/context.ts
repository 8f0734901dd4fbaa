import type { Classifiers, Crawlers } from '#catalog/crawlers'
import type { Metastore } from '#catalog/metastore'
import type { SchemaRegistry } from '#catalog/schemas'
import type { StatisticsRuns, StatisticsSettings } from '#catalog/statistics'
import type { Optimizers } from '#processing/maintenance'
import { operationFor } from '#protocol/aws'

/** What Glue's catalog operations may touch. */
export interface GlueContext {
  readonly metastore: Metastore
  readonly crawlers: Crawlers
  readonly classifiers: Classifiers
  readonly schemas: SchemaRegistry
  readonly statistics: StatisticsRuns
  readonly statisticsSettings: StatisticsSettings
  readonly optimizers: Optimizers
  /** Whether a role lets Glue act in it for an account. */
  readonly mayAssume: (roleArn: string, accountId: string) => Promise<boolean>
}

export const operation = operationFor<GlueContext>()

import type { Classifiers, Crawlers } from '#catalog/crawlers'
import type { Metastore } from '#catalog/metastore'
import { operationFor } from '#protocol/aws'

/** What Glue's catalog operations may touch. */
export interface GlueContext {
  readonly metastore: Metastore
  readonly crawlers: Crawlers
  readonly classifiers: Classifiers
}

export const operation = operationFor<GlueContext>()

import type { Metastore } from '#catalog/metastore'
import type { Queries } from '#consumption/queries'
import { operationFor } from '#protocol/aws'

/** What the operations of Athena may touch. */
export interface AthenaContext {
  readonly queries: Queries
  readonly metastore: Metastore
}

export const operation = operationFor<AthenaContext>()

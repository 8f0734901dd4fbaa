import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { columnStatistics } from './column-statistics.ts'
import { databases } from './databases.ts'
import { functions } from './functions.ts'
import type { Metastore } from './metastore.ts'
import { partitionIndexes } from './partition-indexes.ts'
import { partitions } from './partitions.ts'
import { purgeBatch } from './purge.ts'
import { resourcePolicies } from './resource-policies.ts'
import { search } from './search.ts'
import { tableVersions } from './table-versions.ts'
import { tables } from './tables.ts'
import { tags } from './tags.ts'

/** The metastore over the metadata database. `purge` is to be run in the background now and then. */
export function createMetastore(options: {
  readonly database: Database
  readonly clock: Clock
}): Metastore {
  const { database, clock } = options
  return {
    ...databases(database, clock),
    ...tables(database, clock),
    ...tableVersions(database),
    ...search(database),
    ...partitions(database, clock),
    ...columnStatistics(database),
    ...partitionIndexes(database),
    ...functions(database, clock),
    ...tags(database),
    ...resourcePolicies(database, clock),
    purge: () => purgeBatch(database),
  }
}

import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { columnStatistics } from './column-statistics.ts'
import { type SecretSealer, connections } from './connections.ts'
import { databases } from './databases.ts'
import { functions } from './functions.ts'
import { CatalogErrors } from './errors.ts'
import type { Metastore } from './metastore.ts'
import { partitionIndexes } from './partition-indexes.ts'
import { partitions } from './partitions.ts'
import { purgeBatch } from './purge.ts'
import { resourcePolicies } from './resource-policies.ts'
import { search } from './search.ts'
import { securityConfigurations } from './security-configurations.ts'
import { tableVersions } from './table-versions.ts'
import { tables } from './tables.ts'
import { tags } from './tags.ts'

/** The metastore over the metadata database. `purge` is to be run in the background now and then. */
export function createMetastore(options: {
  readonly database: Database
  readonly clock: Clock
  /** For the secrets of connections; without it there are none (`InvalidInput`). */
  readonly sealer?: SecretSealer
}): Metastore {
  const { database, clock, sealer = noSealer } = options
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
    ...connections(database, clock, sealer),
    ...securityConfigurations(database, clock),
    purge: () => purgeBatch(database),
  }
}

const noSealer: SecretSealer = {
  seal: () => {
    throw CatalogErrors.InvalidInput('Secrets cannot be kept here.')
  },
  unseal: () => {
    throw CatalogErrors.InvalidInput('Secrets cannot be kept here.')
  },
}

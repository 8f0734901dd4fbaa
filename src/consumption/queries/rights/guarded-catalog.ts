import { type GuardedMetastore, guardedMetastore } from '#catalog/metastore'
import { type QueryRights, requireRight } from './query-rights.ts'

/** What statements do with the catalog. */
export type QueryCatalog = Omit<GuardedMetastore, 'putColumnStatistics'>

/** The catalog for one caller: each call is refused that Glue would refuse to him. Error of all: PERMISSION_DENIED. */
export function guardedCatalog(metastore: GuardedMetastore, rights: QueryRights): QueryCatalog {
  return guardedMetastore(metastore, (action, resource) => requireRight(rights, action, resource))
}

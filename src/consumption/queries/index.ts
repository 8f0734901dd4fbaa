export { capacityReservationArn, workGroupArn } from './arns.ts'
export { createQueries, type QueriesOptions } from './create-queries.ts'
export { isDefaultCatalog } from './data-catalogs.ts'
export { QueryErrors } from './errors.ts'
export type { HotCut, HotObject, HotTable, HotTails } from './hot-tails.ts'
export { migrations } from './migrations.ts'
export type { Queries, StartInput } from './queries.ts'
export {
  engineVersion,
  isWrite,
  primaryWorkGroup,
  type CapacityReservation,
  type DataCatalog,
  type Execution,
  type NamedQuery,
  type PreparedStatement,
  type QueryScope,
  type QueryState,
  type ResultConfiguration,
  type WorkGroup,
  type WorkGroupConfiguration,
} from './records.ts'
export { eitherManagedOrOwn } from './executions/result-settings.ts'
export { keyContext, keyUse, type KeyUse, type ResultKeys } from './results/result-keys.ts'
export { contentKeyContext } from './results/client-encryption.ts'
export type { ColumnInfo } from './results/column-info.ts'
export type { ResultPage } from './results/result-pages.ts'
export { guardedCatalog, type QueryCatalog } from './rights/guarded-catalog.ts'
export type { QueryRights } from './rights/query-rights.ts'
export { preparedNotFound } from './saved-queries.ts'

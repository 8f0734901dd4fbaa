import { raiseSql } from '#consumption/sql'
import type { Raise } from '#processing/iceberg'

/** Fails with a text of SQL, in a type of the engine. */
export const raise: Raise = (engineType, textSql) =>
  `CAST(${raiseSql({ kind: 'integer' }, textSql)} AS ${engineType})`

export type { Database, Migration, Statements, Transaction } from './database.ts'
export { DatabaseErrors } from './errors.ts'
export { lengthOfValues } from './lengths.ts'
export { prepared } from './prepared.ts'
export { ReadCache, type ReadOptions } from './read-cache.ts'
export {
  openSqliteDatabase,
  readSqliteDatabase,
  type SqliteOptions,
} from './sqlite/sqlite-database.ts'

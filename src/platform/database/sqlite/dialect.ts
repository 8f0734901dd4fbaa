import {
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely'
import type { Transaction } from '../database.ts'
import { toSqlValue, type SqlValue } from './wire.ts'

/** Runs one statement somewhere: on this thread for reads, on the writer's for a transaction. */
export type Execute = (
  sql: string,
  parameters: readonly SqlValue[],
) => Promise<{ readonly rows?: readonly unknown[]; readonly changes?: number }>

export function transactionOver(execute: Execute): Transaction {
  const kysely = new Kysely<unknown>({ dialect: dialectOver(execute) })
  return { tables: <T>() => kysely as unknown as Kysely<T> }
}

/** Kysely over a function that runs a statement. Transactions are the Database's, not Kysely's. */
export function dialectOver(execute: Execute): Dialect {
  const connection: DatabaseConnection = {
    executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      const result = await execute(query.sql, query.parameters.map(toSqlValue))
      return {
        rows: (result.rows ?? []) as R[],
        numAffectedRows: BigInt(result.changes ?? 0),
      }
    },
    streamQuery: () => {
      throw new Error('results are read in pages, not streamed')
    },
  }
  const refuse = () => {
    throw new Error('use Database.transaction')
  }
  const driver: Driver = {
    init: async () => undefined,
    acquireConnection: async () => connection,
    beginTransaction: async () => refuse(),
    commitTransaction: async () => refuse(),
    rollbackTransaction: async () => refuse(),
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  }
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

import {
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type LimitNode,
  type QueryResult,
  ValueNode,
} from 'kysely'
import type { Statements } from '../database.ts'
import { toSqlValue, type SqlValue } from './wire.ts'

/** Runs one statement somewhere: on this thread for reads, on the writer's for a transaction. */
export type Execute = (
  sql: string,
  parameters: readonly SqlValue[],
) => Promise<{ readonly rows?: readonly unknown[]; readonly changes?: number }>

/** Statements that run there. Kysely is made with its first use: what is prepared never asks for it. */
export function statementsOver(execute: Execute): Statements {
  let kysely: Kysely<unknown> | undefined
  return {
    dialect: 'sqlite',
    tables: <T>() =>
      (kysely ??= new Kysely<unknown>({ dialect: dialectOver(execute) })) as unknown as Kysely<T>,
    rows: async <Row>(sql: string, parameters: readonly unknown[]) =>
      ((await execute(sql, parameters.map(toSqlValue))).rows ?? []) as readonly Row[],
  }
}

/** Kysely over a function that runs a statement. Transactions are the Database's, not Kysely's. */
function dialectOver(execute: Execute): Dialect {
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
    createQueryCompiler: () => new Compiler(),
  }
}

/** Writes limits into the text: SQLite compiles a statement anew whenever a limit is bound, which costs more than most look-ups. */
class Compiler extends SqliteQueryCompiler {
  protected override visitLimit({ limit }: LimitNode): void {
    const count = ValueNode.is(limit) ? limit.value : undefined
    this.append('limit ')
    if (Number.isSafeInteger(count)) this.append(String(count))
    else this.visitNode(limit)
  }
}

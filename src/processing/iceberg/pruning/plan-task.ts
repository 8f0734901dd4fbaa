import type { EngineTask } from '#processing/engine'
import { quoteText } from '../read/sql.ts'

/**
 * A task whose one row is the engine's plan of a query, as `filtersOf` reads it. `stubs` are statements that make the query's tables,
 * empty and without anything else in reach.
 */
export function planTask(stubs: readonly string[], sql: string): EngineTask {
  const statement = `SELECT json_serialize_plan(${quoteText(sql)}, optimize := true, skip_null := true, skip_empty := true)`
  return {
    // Over empty tables the engine would find out that the query has no rows, and plan nothing.
    optimizersDisabled: ['statistics_propagation'],
    statements: [...stubs, { sql: statement }],
  }
}

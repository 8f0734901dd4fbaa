import type { EngineTask } from '#processing/engine'
import { quoteText } from '../read/sql.ts'

/**
 * The engine's optimizer without what moves no condition. Over empty tables the engine would find out that the query has no rows, and
 * plan nothing (`statistics_propagation`); it cannot write down a plan in which it has turned a join round (`join_order`,
 * `build_side_probe_side`); and the rest would only cost time.
 */
const optimizersDisabled = [
  'build_side_probe_side',
  'column_lifetime',
  'common_aggregate',
  'common_subexpressions',
  'common_subplan',
  'compressed_materialization',
  'duplicate_groups',
  'extension',
  'join_elimination',
  'join_filter_pushdown',
  'join_order',
  'late_materialization',
  'limit_pushdown',
  'materialized_cte',
  'reorder_filter',
  'row_group_pruner',
  'sampling_pushdown',
  'statistics_propagation',
  'sum_rewriter',
  'top_n',
  'top_n_window_elimination',
  'window_self_join',
]

/**
 * A task whose one row is the engine's plan of a query, as `filtersOf` reads it. `stubs` are statements that make the query's tables,
 * empty and without anything else in reach.
 */
export function planTask(stubs: readonly string[], sql: string): EngineTask {
  const statement = `SELECT json_serialize_plan(${quoteText(sql)}, optimize := true, skip_null := true, skip_empty := true)`
  return { optimizersDisabled, statements: [...stubs, { sql: statement }] }
}

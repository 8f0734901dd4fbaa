export { createStatisticsRuns, type StatisticsOptions } from './create-statistics-runs.ts'
export { StatisticsErrors } from './errors.ts'
export { migrations } from './migrations.ts'
export type {
  ColumnSummary,
  RunInput,
  RunRecord,
  RunState,
  StatisticsRuns,
  Summarize,
} from './statistics-runs.ts'

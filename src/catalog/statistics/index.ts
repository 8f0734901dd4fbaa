export { createStatisticsRuns, type StatisticsOptions } from './create-statistics-runs.ts'
export { createStatisticsSettings, type SettingsOptions } from './create-statistics-settings.ts'
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
export type {
  RunAttempt,
  SettingsInput,
  SettingsRecord,
  StatisticsSettings,
} from './statistics-settings.ts'

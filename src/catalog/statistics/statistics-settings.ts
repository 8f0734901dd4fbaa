import type { TableRef } from '#catalog/metastore'
import type { RunInput } from './statistics-runs.ts'

export interface SettingsInput extends RunInput {
  /** `cron(15 12 * * ? *)`, in UTC; without one the runs are started by hand. */
  readonly schedule?: string
}

/** The last time that the schedule was due. */
export interface RunAttempt {
  readonly timeMs: number
  /** The run that was started, or why none was. */
  readonly runId?: string
  readonly message?: string
}

export interface SettingsRecord extends Omit<SettingsInput, 'table'> {
  readonly database: string
  readonly tableName: string
  readonly scheduleState: 'SCHEDULED' | 'NOT_SCHEDULED'
  readonly lastAttempt?: RunAttempt
}

/**
 * How a table's statistics are computed, and when: kept beside the table, and gone with it at the next run that is due.
 * Errors: those of the metastore, `SettingsNotFound`, `SettingsExist`, `InvalidInput` of the catalog.
 */
export interface StatisticsSettings {
  create(input: SettingsInput): Promise<void>
  get(ref: TableRef): Promise<SettingsRecord>
  /** Replaces the members that are given; an empty schedule takes it away. */
  update(ref: TableRef, changes: Partial<Omit<SettingsInput, 'table'>>): Promise<void>
  delete(ref: TableRef): Promise<void>
  startSchedule(ref: TableRef): Promise<void>
  stopSchedule(ref: TableRef): Promise<void>
}

import type {
  ColumnStatisticsTaskSettings,
  UpdateColumnStatisticsTaskSettingsRequest,
} from '@aws-sdk/client-glue'
import type { RunAttempt, SettingsInput, SettingsRecord } from '#catalog/statistics'
import { AwsError } from '#protocol/aws'
import { compact } from './compact.ts'
import { toDate } from './times.ts'

export function fromStatisticsSettings(
  input: UpdateColumnStatisticsTaskSettingsRequest,
): Partial<Omit<SettingsInput, 'table'>> {
  return compact({
    role: input.Role,
    schedule: input.Schedule,
    columns: input.ColumnNameList,
    sampleSize: input.SampleSize,
    securityConfiguration: input.SecurityConfiguration,
  })
}

export function toStatisticsSettings(
  record: SettingsRecord,
  accountId: string,
): ColumnStatisticsTaskSettings {
  return compact<ColumnStatisticsTaskSettings>({
    DatabaseName: record.database,
    TableName: record.tableName,
    Schedule:
      record.schedule === undefined
        ? undefined
        : { ScheduleExpression: record.schedule, State: record.scheduleState },
    ColumnNameList: record.columns?.slice(),
    CatalogID: accountId,
    Role: record.role,
    SampleSize: record.sampleSize,
    SecurityConfiguration: record.securityConfiguration,
    ScheduleType: record.schedule === undefined ? undefined : 'CRON',
    SettingSource: 'TABLE',
    LastExecutionAttempt: record.lastAttempt && toAttempt(record.lastAttempt),
  })
}

function toAttempt(attempt: RunAttempt): ColumnStatisticsTaskSettings['LastExecutionAttempt'] {
  return compact({
    Status: attempt.runId === undefined ? ('FAILED' as const) : ('STARTED' as const),
    ColumnStatisticsTaskRunId: attempt.runId,
    ExecutionTimestamp: toDate(attempt.timeMs),
    ErrorMessage: attempt.message,
  })
}

/** Settings are no resource that tags can be read from again. */
export function refuseTags(tags: Readonly<Record<string, string>> | undefined): void {
  if (!tags || Object.keys(tags).length === 0) return
  throw new AwsError({
    name: 'InvalidInputException',
    message: 'Tags of column statistics settings are not supported.',
  })
}

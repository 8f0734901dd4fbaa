import type { ColumnStatisticsTaskRun } from '@aws-sdk/client-glue'
import type { RunRecord } from '#catalog/statistics'
import { compact } from './compact.ts'
import { toDate } from './times.ts'

export function toStatisticsRun(record: RunRecord, accountId: string): ColumnStatisticsTaskRun {
  return compact<ColumnStatisticsTaskRun>({
    CustomerId: accountId,
    ColumnStatisticsTaskRunId: record.id,
    DatabaseName: record.database,
    TableName: record.tableName,
    ColumnNameList: record.columns?.slice() ?? [],
    CatalogID: accountId,
    Role: record.role,
    SampleSize: record.sampleSize,
    SecurityConfiguration: record.securityConfiguration,
    ComputationType: 'FULL',
    Status: record.state,
    CreationTime: toDate(record.createTimeMs),
    StartTime: toDate(record.createTimeMs),
    LastUpdated: toDate(record.updateTimeMs),
    EndTime: record.endTimeMs === undefined ? undefined : toDate(record.endTimeMs),
    ErrorMessage: record.message,
  })
}

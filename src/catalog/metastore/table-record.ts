import type { TableInput, TableRecord } from './records.ts'
import { lower, type TableRow } from './rows.ts'

export function toTableRecord(
  row: Pick<
    TableRow,
    'name' | 'body' | 'version' | 'create_time_ms' | 'update_time_ms' | 'created_by'
  >,
  database: string,
): TableRecord {
  return {
    ...(JSON.parse(row.body) as Omit<TableInput, 'name'>),
    name: row.name,
    database: lower(database),
    createTimeMs: row.create_time_ms,
    updateTimeMs: row.update_time_ms,
    createdBy: row.created_by,
    versionId: String(row.version),
  }
}

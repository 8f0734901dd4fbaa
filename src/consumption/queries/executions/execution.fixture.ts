import type { Execution } from '../records.ts'

/** A query that succeeded. */
export function endedExecution(own: Partial<Execution> = {}): Execution {
  return {
    id: 'e',
    accountId: '000000000001',
    region: 'us-east-1',
    workGroup: 'primary',
    query: 'SELECT 1',
    statementType: 'DML',
    subType: 'SELECT',
    state: 'SUCCEEDED',
    submittedMs: 0,
    completedMs: 1,
    reason: undefined,
    failure: undefined,
    database: undefined,
    catalog: undefined,
    result: {},
    parameters: [],
    statistics: undefined,
    manifestLocation: undefined,
    columns: [],
    ...own,
  }
}

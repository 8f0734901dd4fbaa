import type { Measure } from '#platform/telemetry'
import type { Execution } from '../records.ts'

/** What a workgroup that publishes metrics tells of a query. https://docs.aws.amazon.com/athena/latest/ug/query-metrics-viewing.html */
export function measureExecution(ended: Execution, measure: Measure): void {
  const { accountId, region, workGroup, state, statementType, statistics } = ended
  if (!statistics) return
  const values = {
    TotalExecutionTime: statistics.totalMs,
    EngineExecutionTime: statistics.engineMs,
    QueryQueueTime: statistics.queueMs,
    QueryPlanningTime: statistics.planningMs,
    ProcessedBytes: statistics.scannedBytes,
  }
  const whole = { WorkGroup: workGroup }
  const detailed = { ...whole, QueryState: state, QueryType: statementType }
  for (const [name, value] of Object.entries(values)) {
    const unit = name === 'ProcessedBytes' ? 'Bytes' : 'Milliseconds'
    for (const dimensions of [whole, detailed]) {
      measure({ accountId, region, namespace: 'AWS/Athena', name, dimensions, unit, value })
    }
  }
}

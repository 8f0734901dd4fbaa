export { LogErrors } from './errors.ts'
export { createLogStore, type LogStore } from './log-store.ts'
export { migrations } from './migrations.ts'
export type { FilterEventsInput, GetEventsInput, GetEventsPage } from './reading.ts'
export type {
  LogEvent,
  LogGroup,
  LogGroupInput,
  LogGroupRef,
  LogPage,
  LogScope,
  LogStream,
  LogStreamRef,
  LogTags,
  NewLogEvent,
  RejectedEvents,
} from './records.ts'
export { createMetricBuffer, type MetricBuffer } from './metrics/metric-buffer.ts'
export {
  single,
  type MetricBucket,
  type MetricName,
  type MetricPoint,
  type MetricScope,
} from './metrics/metric-records.ts'
export { createMetricStore, type MetricStore } from './metrics/metric-store.ts'
export { metricMigrations } from './metrics/metric-tables.ts'

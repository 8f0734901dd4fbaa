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

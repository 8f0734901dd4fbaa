export type { LogRecord, NewRecord, ReadInput, ShardRef, StreamLog } from './stream-log.ts'

export { StreamErrors } from './errors.ts'
export { openDiskStreamLog, type DiskStreamLogOptions } from './disk/disk-stream-log.ts'
export type { LogRecord, NewRecord, ReadInput, ShardRef, StreamLog } from './stream-log.ts'

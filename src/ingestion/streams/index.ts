export { StreamErrors } from './errors.ts'
export { openDiskStreamLog, type DiskStreamLogOptions } from './disk/disk-stream-log.ts'
export type { Commitment, CommitmentStatus } from './commitments.ts'
export type { ConsumerReference } from './consumers.ts'
export { deaggregate, type UserRecord } from './kpl.ts'
export type { NewStream } from './manage.ts'
export type { MetricName, MetricPoint } from './meters.ts'
export { migrations } from './migrations.ts'
export {
  checkOrderingNumber,
  putResultAt,
  type PutResult,
  type PutResults,
  type RecordToPut,
} from './put.ts'
export {
  columnsOf,
  dataBytes,
  pickRecords,
  spanBytes,
  type RecordColumns,
} from './record-columns.ts'
export { iteratorLifeMs, type RecordPage } from './read.ts'
export { retentionHorizonMs, type IteratorPosition, type StreamRecord } from './shard-reader.ts'
export type { SubscriptionEvent } from './subscribe.ts'
export { SequencePrinter, printFour } from './sequence-printer.ts'
export {
  SequenceNumbers,
  endOfShard,
  parseSequenceNumber,
  parseShardName,
  sequenceNumberDigits,
} from './sequence-number.ts'
export {
  isOpen,
  parseArn,
  streamArn,
  type Consumer,
  type ParsedArn,
  type Shard,
  type Stream,
  type StreamMode,
  type StreamReference,
  type StreamScope,
} from './stream.ts'
export {
  mustBeActive,
  mustBeWhole,
  mustFitMode,
  retentionHoursMax,
  retentionHoursMin,
  withTags,
  withoutTags,
} from './stream-rules.ts'
export { TokenBucket, remember } from './token-bucket.ts'
export type {
  BatchAppend,
  BatchAppended,
  Extents,
  LogPage,
  LogRecord,
  NewRecord,
  ReadInput,
  ShardPlaces,
  ShardRef,
  ShardSpans,
  StreamLog,
} from './stream-log.ts'
export { LogKeys, ownedKey, type KmsKeys } from './sealing/log-keys.ts'
export { sealedStreamLog } from './sealing/sealed-stream-log.ts'
export { createStreams, type Streams, type StreamsOptions } from './streams.ts'

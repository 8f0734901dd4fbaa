import { defineErrors } from '#kit'

export const StreamErrors = defineErrors('ingestion/streams', {
  LogNotFound: {
    kind: 'notFound',
    remedy: 'The log or the shard is not there or was deleted. Look the stream up again.',
  },
  LogClosed: {
    kind: 'internal',
    remedy: 'The server is stopping. Send the request again when it is back.',
  },
  LogBusy: {
    kind: 'throttled',
    remedy: 'More bytes wait to be written than the queue holds. Send less at once and retry.',
  },
  LogCorrupted: {
    kind: 'internal',
    remedy:
      'Acknowledged bytes of the named segment cannot be read back. Restore the file from a backup, or delete the stream.',
  },
  LogFailed: {
    kind: 'internal',
    remedy: 'The disk refused to read or write; the log has the cause. Nothing was acknowledged.',
  },
  DiskFull: {
    kind: 'internal',
    remedy: 'Free space on the disk that holds the data folder; writes go on by themselves.',
  },
  AppendTooLarge: {
    kind: 'invalid',
    remedy: 'Send fewer or smaller records in one request.',
  },
  RecordTooLarge: {
    kind: 'invalid',
    remedy: 'Send a smaller record, or raise MaxRecordSizeInKiB of the stream (up to 10 MiB).',
  },
  StreamNotFound: {
    kind: 'notFound',
    remedy: 'Check the name, the account and the region, or create the stream.',
  },
  StreamInUse: {
    kind: 'conflict',
    remedy: 'The stream exists already, or is in a state that does not allow this.',
  },
  ShardNotFound: {
    kind: 'notFound',
    remedy: 'List the shards of the stream: this one is not among them.',
  },
  ConsumerNotFound: {
    kind: 'notFound',
    remedy: 'List the consumers of the stream: this one is not among them.',
  },
  PolicyNotFound: {
    kind: 'notFound',
    remedy: 'The stream or the consumer has no resource policy.',
  },
  StreamOnDemand: {
    kind: 'invalid',
    remedy:
      'The shards of an on-demand stream are not for its owner to change. Switch it to PROVISIONED first.',
  },
  InvalidArgument: {
    kind: 'invalid',
    remedy: 'The message names the argument and what it must be.',
  },
  IteratorExpired: {
    kind: 'invalid',
    remedy: 'Iterators live for five minutes. Ask for a new one after the last sequence number.',
  },
  TokenExpired: {
    kind: 'invalid',
    remedy: 'Tokens live for five minutes. Start the list again.',
  },
  ThroughputExceeded: {
    kind: 'throttled',
    remedy:
      "AWS's limits are enforced (--aws-quotas). Send or read less at once and retry, use more keys or shards, or switch the option off.",
  },
  CallRateExceeded: {
    kind: 'throttled',
    remedy:
      "AWS's limits are enforced (--aws-quotas). Make fewer calls a second, or switch the option off.",
  },
  DailyChangesExceeded: {
    kind: 'throttled',
    remedy:
      "AWS's limits are enforced (--aws-quotas). Wait until the first of these changes is 24 hours old, or switch the option off.",
  },
  KmsNotFound: {
    kind: 'notFound',
    remedy:
      'The KMS key is not there. Name another one, or create it in the account and region of the stream.',
  },
  KmsDisabled: {
    kind: 'invalid',
    remedy: 'The KMS key of the stream is disabled: enable it again, or stop the encryption.',
  },
  KmsInvalidState: {
    kind: 'invalid',
    remedy:
      'The KMS key of the stream is about to be deleted: cancel that, or stop the encryption.',
  },
  KmsAccessDenied: {
    kind: 'denied',
    remedy: 'Allow the caller the named action on the KMS key.',
  },
  StreamLimitExceeded: {
    kind: 'throttled',
    remedy: 'The message names the limit. Delete what is not needed.',
  },
})

import { defineErrors } from '#kit'

export const DatabaseErrors = defineErrors('platform/database', {
  DiskFull: {
    kind: 'internal',
    remedy: 'Free space on the disk that holds the data folder; writes go on by themselves.',
  },
  TransactionTimedOut: {
    kind: 'internal',
    remedy:
      'A transaction waited for something else than its own statements. Report it: it is a bug of the module named.',
  },
  TooManyTransactions: {
    kind: 'throttled',
    remedy: 'More writes wait than the queue holds. Send fewer requests at once and retry.',
  },
  DatabaseFailed: {
    kind: 'internal',
    remedy: 'The database refused a statement or its file cannot be used; the log has the cause.',
  },
})

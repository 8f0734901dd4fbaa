import { defineErrors } from '#kit'

/** `QueryFailed` and `ResourcesExhausted` carry the engine's own words in `details.reason`. */
export const EngineErrors = defineErrors('processing/engine', {
  QueryFailed: {
    kind: 'invalid',
    remedy: 'The engine refused or could not finish the query: the message says why.',
  },
  QueryCancelled: { kind: 'conflict', remedy: 'The query was stopped by its caller.' },
  QueryTimedOut: {
    kind: 'invalid',
    remedy: 'Read less (partitions, columns), or raise the time limit.',
  },
  ResourcesExhausted: {
    kind: 'throttled',
    remedy: 'The query needs more memory than --engine-memory-mib gives. Raise it, or read less.',
  },
  EngineBusy: {
    kind: 'throttled',
    remedy: 'More queries wait than the queue holds. Send fewer at once and retry.',
  },
  EngineUnavailable: {
    kind: 'internal',
    remedy: 'A query process cannot start on this machine; the log has its last words.',
  },
})

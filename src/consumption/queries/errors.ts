import { defineErrors } from '#kit'

export const QueryErrors = defineErrors('consumption/queries', {
  InvalidQueryRequest: {
    kind: 'invalid',
    remedy: 'Correct the member of the request that the message names.',
  },
  QueryResourceNotFound: {
    kind: 'notFound',
    remedy: 'Check the name or the id, the region and the workgroup.',
  },
  TooManyQueries: {
    kind: 'throttled',
    remedy: 'More queries wait than the queue holds. Send fewer at once and retry.',
  },
  QueryNotFinished: {
    kind: 'invalid',
    remedy: 'Wait until GetQueryExecution says SUCCEEDED before the results are read.',
  },
  ResultsExpired: {
    kind: 'notFound',
    remedy:
      'Run the query again; its workgroup may keep results in a bucket, where nobody should change them.',
  },
  /** Why an execution failed; kept with it and never thrown to a client. */
  ExecutionFailed: {
    kind: 'invalid',
    remedy: 'The reason names the statement, the table or the file that is wrong.',
  },
  MetadataFailed: {
    kind: 'invalid',
    remedy: 'The catalog refused the look-up; the message is its own.',
  },
})

import type { LakeError } from '#kit'
import type { AwsErrorShape, ErrorMap } from '#protocol/aws'

/** Athena has one error for most of what is wrong; its code says a little more. */
export function invalidRequest(message: string, code = 'INVALID_INPUT'): AwsErrorShape {
  return { name: 'InvalidRequestException', message, fields: { AthenaErrorCode: code } }
}

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html#API_StartQueryExecution_Errors and the others' own. */
export const errors: ErrorMap = {
  InvalidQueryRequest: (error: LakeError) =>
    invalidRequest(
      error.message,
      error.message.startsWith('line ') ? 'MALFORMED_QUERY' : undefined,
    ),
  QueryNotFinished: (error: LakeError) =>
    invalidRequest(error.message, 'INVALID_QUERY_EXECUTION_STATE'),
  QueryResourceNotFound: (error: LakeError) =>
    error.details['preparedStatement'] === undefined
      ? invalidRequest(error.message)
      : {
          name: 'ResourceNotFoundException',
          message: error.message,
          fields: { ResourceName: error.details['preparedStatement'] },
        },
  TooManyQueries: (error: LakeError) => ({
    name: 'TooManyRequestsException',
    message: error.message,
    fields: { Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' },
  }),
  // Of look-ups: what Glue refuses to the caller.
  ExecutionFailed: 'MetadataException',
  DatabaseNotFound: 'MetadataException',
  TableNotFound: 'MetadataException',
  InvalidInput: 'MetadataException',
  ResultsExpired: (error: LakeError) => invalidRequest(error.message),
  NoSuchKey: () => invalidRequest('Could not find results'),
  NoSuchBucket: () => invalidRequest('Could not find results'),
  AccessDenied: (error: LakeError) => invalidRequest(error.message),
  DiskFull: 'InternalServerException',
  TooManyTransactions: 'TooManyRequestsException',
}

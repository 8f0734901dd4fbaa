import type { ErrorMap } from '#protocol/aws'

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html and each operation's own. */
export const errors: ErrorMap = {
  LogResourceNotFound: 'ResourceNotFoundException',
  LogResourceExists: 'ResourceAlreadyExistsException',
  InvalidLogParameter: 'InvalidParameterException',
  LogGroupProtected: 'ValidationException',
  TooManyTags: 'TooManyTagsException',
  LogLimitExceeded: 'LimitExceededException',
  DiskFull: 'ServiceUnavailableException',
  TooManyTransactions: 'ThrottlingException',
}

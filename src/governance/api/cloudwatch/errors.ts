import type { ErrorMap } from '#protocol/aws'

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html and each operation's own. */
export const errors: ErrorMap = {
  InvalidLogParameter: 'InvalidParameterValueException',
  LogLimitExceeded: 'LimitExceededFault',
  DiskFull: 'InternalServiceFault',
  TooManyTransactions: 'LimitExceededException',
}

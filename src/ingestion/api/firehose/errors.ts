import type { AwsErrorShape, ErrorMap } from '#protocol/aws'

const slowDown = (): AwsErrorShape => ({
  name: 'ServiceUnavailableException',
  message: 'Slow down.',
})

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_Operations.html */
export const errors: ErrorMap = {
  DeliveryStreamNotFound: 'ResourceNotFoundException',
  DeliveryStreamExists: 'ResourceInUseException',
  InvalidDelivery: 'InvalidArgumentException',
  DeliveryVersionMismatch: 'ConcurrentModificationException',
  DeliveryLimitExceeded: 'LimitExceededException',
  StreamNotFound: 'ResourceNotFoundException',
  InvalidArgument: 'InvalidArgumentException',
  AppendTooLarge: 'InvalidArgumentException',
  LogBusy: slowDown,
  LogClosed: slowDown,
  TooManyTransactions: slowDown,
  DiskFull: ({ message }) => ({ name: 'ServiceUnavailableException', message }),
}

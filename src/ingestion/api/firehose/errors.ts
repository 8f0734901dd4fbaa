import type { LakeError } from '#kit'
import type { AwsErrorShape, ErrorMap } from '#protocol/aws'

/** What does not fit into this second, or into the queue of the disk. */
export const slowDown = (): AwsErrorShape => ({
  name: 'ServiceUnavailableException',
  message: 'Slow down.',
})

/** One exception for all that KMS says, with its code as a member. */
const kms =
  (code: string) =>
  ({ message }: LakeError): AwsErrorShape => ({
    name: 'InvalidKMSResourceException',
    message,
    fields: { code },
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
  KmsNotFound: kms('KMSNotFoundException'),
  KmsDisabled: kms('KMSDisabledException'),
  KmsInvalidState: kms('KMSInvalidStateException'),
  LogBusy: slowDown,
  LogClosed: slowDown,
  TooManyTransactions: slowDown,
  DiskFull: ({ message }) => ({ name: 'ServiceUnavailableException', message }),
}

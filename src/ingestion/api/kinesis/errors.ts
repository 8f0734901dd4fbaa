import type { LakeError } from '#kit'
import type { AwsErrorShape, ErrorMap } from '#protocol/aws'

/** Domain errors as Kinesis names them. */
export const errors: ErrorMap = {
  StreamNotFound: 'ResourceNotFoundException',
  ShardNotFound: 'ResourceNotFoundException',
  ConsumerNotFound: 'ResourceNotFoundException',
  PolicyNotFound: 'ResourceNotFoundException',
  LogNotFound: 'ResourceNotFoundException',
  StreamInUse: 'ResourceInUseException',
  StreamLimitExceeded: 'LimitExceededException',
  StreamOnDemand: 'ValidationException',
  InvalidArgument: 'InvalidArgumentException',
  AppendTooLarge: 'InvalidArgumentException',
  IteratorExpired: 'ExpiredIteratorException',
  TokenExpired: 'ExpiredNextTokenException',
  ThroughputExceeded: 'ProvisionedThroughputExceededException',
  CallRateExceeded: 'LimitExceededException',
  DailyChangesExceeded: 'LimitExceededException',
  LogBusy: 'ProvisionedThroughputExceededException',
  TooManyTransactions: 'LimitExceededException',
  RecordTooLarge: recordTooLarge,
  DeliveryStreamNotFound: 'ResourceNotFoundException',
  DeliveryStreamExists: 'ResourceInUseException',
  DeliveryVersionMismatch: 'ResourceInUseException',
  DeliveryLimitExceeded: 'LimitExceededException',
  InvalidDelivery: 'InvalidArgumentException',
  StreamProvisioned: 'ValidationException',
  StreamNotReady: 'ResourceInUseException',
  ChannelsRemain: 'ResourceInUseException',
  KmsNotFound: 'KMSNotFoundException',
  KmsDisabled: 'KMSDisabledException',
  KmsInvalidState: 'KMSInvalidStateException',
  KmsAccessDenied: 'KMSAccessDeniedException',
  DiskFull: () => ({
    name: 'InternalFailureException',
    message: 'The disk that holds the streams is full: nothing was written.',
  }),
}

/** In the words that AWS has for the limit of a record; with the index when it is one of several. */
function recordTooLarge({ details }: LakeError): AwsErrorShape {
  const { index, sizeBytes, sizeBytesMax } = details
  const where = index === undefined ? 'data' : `records.${Number(index) + 1}.member.data`
  return {
    name: 'ValidationException',
    message: `1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim=${sizeBytes} cap=${sizeBytes}]' at '${where}' failed to satisfy constraint: Member must have length less than or equal to ${sizeBytesMax}`,
  }
}

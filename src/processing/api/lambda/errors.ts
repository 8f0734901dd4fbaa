import type { LakeError } from '#kit'
import type { AwsErrorShape, ErrorMap } from '#protocol/aws'

/** The older errors of Lambda say whose fault it was. */
function userError(name: string): (error: LakeError) => AwsErrorShape {
  return (error) => ({ name, message: error.message, fields: { Type: 'User' } })
}

export function invalidParameter(message: string): AwsErrorShape {
  return { name: 'InvalidParameterValueException', message, fields: { Type: 'User' } }
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_Errors and each operation's own. */
export const errors: ErrorMap = {
  FunctionNotFound: userError('ResourceNotFoundException'),
  FunctionConflict: userError('ResourceConflictException'),
  InvalidFunctionParameter: userError('InvalidParameterValueException'),
  RevisionMismatch: userError('PreconditionFailedException'),
  InvalidPayload: userError('InvalidRequestContentException'),
  PayloadTooLarge: userError('RequestTooLargeException'),
  FunctionThrottled: (error) => ({
    name: 'TooManyRequestsException',
    message: error.message,
    fields: {
      Type: 'User',
      Reason: error.details['reason'] ?? 'ConcurrentInvocationLimitExceeded',
    },
    headers: { 'retry-after': '1' },
  }),
  FunctionsStopping: (error) => ({ name: 'ServiceException', message: error.message }),
  FunctionNotRunnable: userError('InvalidRuntimeException'),
  KmsKeyDisabled: userError('KMSDisabledException'),
  KmsKeyNotFound: userError('KMSNotFoundException'),
  KmsKeyStateWrong: userError('KMSInvalidStateException'),
  KmsKeyDenied: userError('KMSAccessDeniedException'),
  PolicyTooLarge: userError('PolicyLengthExceededException'),
  MalformedPolicy: userError('InvalidParameterValueException'),
  InvalidInput: userError('InvalidParameterValueException'),
  NoSuchBucket: () =>
    invalidParameter(
      'Error occurred while GetObject. S3 Error Code: NoSuchBucket. S3 Error Message: The specified bucket does not exist',
    ),
  NoSuchKey: () =>
    invalidParameter(
      'Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: The specified key does not exist.',
    ),
  NoSuchVersion: () =>
    invalidParameter(
      'Error occurred while GetObject. S3 Error Code: NoSuchVersion. S3 Error Message: The specified version does not exist.',
    ),
  StreamNotFound: userError('InvalidParameterValueException'),
  ConsumerNotFound: userError('InvalidParameterValueException'),
  InvalidArgument: userError('InvalidParameterValueException'),
  DiskFull: 'ServiceException',
  TooManyTransactions: 'TooManyRequestsException',
}

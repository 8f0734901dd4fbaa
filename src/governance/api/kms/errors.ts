import type { ErrorMap } from '#protocol/aws'

/** https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html */
export const errors: ErrorMap = {
  KeyNotFound: 'NotFoundException',
  KeyDisabled: 'DisabledException',
  KeyStateWrong: 'KMSInvalidStateException',
  AliasExists: 'AlreadyExistsException',
  CiphertextInvalid: 'InvalidCiphertextException',
  KeyMismatch: 'IncorrectKeyException',
  MalformedPolicy: 'MalformedPolicyDocumentException',
  AccessDenied: ({ message }) => ({ name: 'AccessDeniedException', status: 400, message }),
}

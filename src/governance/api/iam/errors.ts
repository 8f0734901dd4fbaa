import type { ErrorMap } from '#protocol/aws'

/** https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
export const errors: ErrorMap = {
  AccessDenied: ({ message }) => ({ name: 'AccessDenied', status: 403, message }),
  EntityNotFound: 'NoSuchEntityException',
  EntityExists: 'EntityAlreadyExistsException',
  DeleteConflict: 'DeleteConflictException',
  LimitExceeded: 'LimitExceededException',
  InvalidInput: 'InvalidInputException',
  MalformedPolicy: 'MalformedPolicyDocumentException',
  Unmodifiable: 'UnmodifiableEntityException',
}

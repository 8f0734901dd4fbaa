import type { ErrorMap } from '#protocol/aws'

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
export const errors: ErrorMap = {
  AccessDenied: ({ message }) => ({ name: 'AccessDenied', status: 403, message }),
  InvalidInput: ({ message }) => ({ name: 'ValidationError', status: 400, message }),
  MalformedPolicy: 'MalformedPolicyDocumentException',
}

import { defineErrors } from '#kit'

export const IdentityErrors = defineErrors('governance/identity', {
  AccessDenied: {
    kind: 'denied',
    remedy: 'Attach a policy that allows the action on the resource, and remove denials of it.',
  },
  AccountExists: { kind: 'conflict', remedy: 'Choose another account id.' },
  AccountInvalid: { kind: 'invalid', remedy: 'An account id has 12 digits.' },
  RootKeyTaken: {
    kind: 'conflict',
    remedy: 'The configured access key id belongs to somebody else in this lake; choose another.',
  },
  EntityNotFound: { kind: 'notFound', remedy: 'Create it first, or correct the name.' },
  EntityExists: { kind: 'conflict', remedy: 'Choose another name, or use the existing one.' },
  DeleteConflict: {
    kind: 'conflict',
    remedy: 'Remove first what hangs on it: policies, keys, members, versions.',
  },
  LimitExceeded: { kind: 'conflict', remedy: 'Delete what is no longer needed.' },
  InvalidInput: { kind: 'invalid', remedy: 'Correct the value that the message names.' },
  MalformedPolicy: {
    kind: 'invalid',
    remedy: 'Correct the policy document; the message says what is wrong in it.',
  },
  Unmodifiable: {
    kind: 'invalid',
    remedy: 'Managed policies of AWS cannot be changed; copy the document into one of your own.',
  },
})

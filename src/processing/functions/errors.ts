import { defineErrors } from '#kit'

export const FunctionErrors = defineErrors('processing/functions', {
  FunctionNotFound: {
    kind: 'notFound',
    remedy:
      'List the functions, versions and aliases of the account and region, and use a name that is there.',
  },
  FunctionConflict: {
    kind: 'conflict',
    remedy:
      'Something of this name is there already, or refers to what would be removed: choose another name, or remove the reference first.',
  },
  InvalidFunctionParameter: {
    kind: 'invalid',
    remedy: 'Correct the parameter that the message names.',
  },
  RevisionMismatch: {
    kind: 'conflict',
    remedy: 'Read the function again and repeat the change with its present RevisionId.',
  },
  InvalidPayload: { kind: 'invalid', remedy: 'Send JSON as the payload.' },
  PayloadTooLarge: {
    kind: 'invalid',
    remedy: 'Send a smaller payload: 6 MB when the answer is waited for, 1 MB for an event.',
  },
  FunctionThrottled: {
    kind: 'throttled',
    remedy:
      'Try again later, raise the reserved concurrency of the function, or the option function-processes.',
  },
  FunctionsStopping: {
    kind: 'throttled',
    remedy: 'The server is stopping: ask again when it is back.',
  },
  FunctionNotRunnable: {
    kind: 'unsupported',
    remedy:
      'Install what the message names (python3 for Python functions), or use another runtime.',
  },
  KmsKeyDenied: {
    kind: 'denied',
    remedy:
      'Allow the caller kms:Decrypt on the KMS key of the function or mapping; for the filters of a mapping the policy of the key must allow it to Lambda too.',
  },
  KmsKeyDisabled: {
    kind: 'conflict',
    remedy: 'Enable the KMS key of the function, or give it another one with its variables.',
  },
  KmsKeyNotFound: {
    kind: 'notFound',
    remedy: 'Give the function another KMS key, and set its variables again.',
  },
  KmsKeyStateWrong: {
    kind: 'conflict',
    remedy: 'Cancel the deletion of the KMS key of the function, and enable it.',
  },
  PolicyTooLarge: {
    kind: 'invalid',
    remedy: 'Remove statements of the policy: it may have 20 KB.',
  },
})

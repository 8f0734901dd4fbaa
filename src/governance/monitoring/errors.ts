import { defineErrors } from '#kit'

export const LogErrors = defineErrors('governance/monitoring', {
  LogResourceNotFound: {
    kind: 'notFound',
    remedy: 'Check the name, the account and the region of the log group or stream, or create it.',
  },
  LogResourceExists: {
    kind: 'conflict',
    remedy: 'A log group or stream of this name is there. Use it, or delete it first.',
  },
  InvalidLogParameter: {
    kind: 'invalid',
    remedy: 'The message names the parameter and what it must be.',
  },
  LogGroupProtected: {
    kind: 'conflict',
    remedy: 'Deletion protection is on. Switch it off with PutLogGroupDeletionProtection first.',
  },
  TooManyTags: {
    kind: 'invalid',
    remedy: 'A resource has at most 50 tags. Remove some first.',
  },
  LogLimitExceeded: {
    kind: 'throttled',
    remedy: 'The message names the limit. Delete what is not needed.',
  },
})

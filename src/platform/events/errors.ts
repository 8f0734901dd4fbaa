import { defineErrors } from '#kit'

export const EventErrors = defineErrors('platform/events', {
  TooManyEvents: {
    kind: 'throttled',
    remedy:
      'More events wait for their subscriber than the outbox holds. See in the log why it does not take them, and retry.',
  },
})

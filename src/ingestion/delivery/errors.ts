import { defineErrors } from '#kit'

export const DeliveryErrors = defineErrors('ingestion/delivery', {
  DeliveryStreamNotFound: {
    kind: 'notFound',
    remedy: 'Check the name, the account and the region, or create the delivery stream.',
  },
  DeliveryStreamExists: {
    kind: 'conflict',
    remedy: 'A delivery stream of this name is there. Use it, or delete it first.',
  },
  InvalidDelivery: {
    kind: 'invalid',
    remedy: 'The message names the setting and what it must be.',
  },
  DeliveryVersionMismatch: {
    kind: 'conflict',
    remedy: 'The delivery stream was changed meanwhile. Describe it again and use its version.',
  },
  DeliveryLimitExceeded: {
    kind: 'throttled',
    remedy: 'The message names the limit. Delete what is not needed.',
  },
  DeliverySchemaInvalid: {
    kind: 'invalid',
    remedy:
      'The table of the catalog has no column, or a type that cannot be converted. Correct the table; records that came meanwhile are under the error prefix.',
  },
  StreamProvisioned: {
    kind: 'invalid',
    remedy: 'Only an on-demand stream can have a channel: change its mode first.',
  },
  StreamNotReady: {
    kind: 'conflict',
    remedy: 'Wait until the stream is ACTIVE, or create it again.',
  },
  ChannelsRemain: {
    kind: 'conflict',
    remedy: 'List the channels of the stream and delete them first.',
  },
  DeliveryDenied: {
    kind: 'denied',
    remedy:
      'The message names the role and what it lacks. Allow it: the delivery is tried again by itself, and nothing is lost.',
  },
  DeliverySuperseded: {
    kind: 'conflict',
    remedy: 'Nothing to do: the range was delivered, or the delivery stream changed or went away.',
  },
  TailTooLarge: {
    kind: 'invalid',
    remedy:
      'More waits to be delivered than a query reads along. See what holds the delivery up, make its buffer smaller, or set the table property boathouse.hot-tail to false.',
  },
  DeliveryTooLarge: {
    kind: 'invalid',
    remedy:
      'Processors made far more of a batch than it was. It is tried again in smaller ones by itself; a single record of which they make too much goes to the error prefix. Nothing was lost.',
  },
  DeliveryCountMismatch: {
    kind: 'internal',
    remedy:
      'The engine wrote another number of rows than it was given. Nothing was delivered; the range is tried again. Report it.',
  },
})

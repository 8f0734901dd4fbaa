import { defineErrors } from '#kit'

export const HttpErrors = defineErrors('protocol/http', {
  BodyStalled: {
    kind: 'invalid',
    remedy: 'The client stopped sending the body of its request. Send it again, without a pause.',
  },
})

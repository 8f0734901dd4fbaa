import {
  CancelCapacityReservation$,
  type CancelCapacityReservationInput,
  type CancelCapacityReservationOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_CancelCapacityReservation.html. It is cancelled when this answers; what runs goes on. */
export const CancelCapacityReservation = operation<
  CancelCapacityReservationInput,
  CancelCapacityReservationOutput
>(CancelCapacityReservation$, async (input, ctx) => {
  await ctx.queries.capacity.cancel(scopeOf(ctx), input.Name!)
  return {}
})

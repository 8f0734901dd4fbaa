import {
  DeleteCapacityReservation$,
  type DeleteCapacityReservationInput,
  type DeleteCapacityReservationOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteCapacityReservation.html. */
export const DeleteCapacityReservation = operation<
  DeleteCapacityReservationInput,
  DeleteCapacityReservationOutput
>(DeleteCapacityReservation$, async (input, ctx) => {
  await ctx.queries.capacity.delete(scopeOf(ctx), input.Name!)
  return {}
})

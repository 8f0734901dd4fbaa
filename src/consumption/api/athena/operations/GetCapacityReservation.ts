import {
  GetCapacityReservation$,
  type GetCapacityReservationInput,
  type GetCapacityReservationOutput,
} from '@aws-sdk/client-athena'
import { toCapacityReservation } from '../shapes.ts'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetCapacityReservation.html. */
export const GetCapacityReservation = operation<
  GetCapacityReservationInput,
  GetCapacityReservationOutput
>(GetCapacityReservation$, async (input, ctx) => {
  const reservation = await ctx.queries.capacity.get(scopeOf(ctx), input.Name!)
  return { CapacityReservation: toCapacityReservation(reservation) }
})

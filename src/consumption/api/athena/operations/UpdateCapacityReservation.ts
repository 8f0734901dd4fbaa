import {
  UpdateCapacityReservation$,
  type UpdateCapacityReservationInput,
  type UpdateCapacityReservationOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_UpdateCapacityReservation.html. DPUs may be taken away at any time; what runs goes on. */
export const UpdateCapacityReservation = operation<
  UpdateCapacityReservationInput,
  UpdateCapacityReservationOutput
>(UpdateCapacityReservation$, async (input, ctx) => {
  await ctx.queries.capacity.resize(scopeOf(ctx), input.Name!, input.TargetDpus!)
  return {}
})

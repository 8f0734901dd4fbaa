import {
  CreateCapacityReservation$,
  type CreateCapacityReservationInput,
  type CreateCapacityReservationOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { tagMap } from '../tag-list.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateCapacityReservation.html. The DPUs are there at once. */
export const CreateCapacityReservation = operation<
  CreateCapacityReservationInput,
  CreateCapacityReservationOutput
>(CreateCapacityReservation$, async (input, ctx) => {
  await ctx.queries.capacity.create(
    scopeOf(ctx),
    { name: input.Name!, targetDpus: input.TargetDpus! },
    tagMap(input.Tags),
  )
  return {}
})

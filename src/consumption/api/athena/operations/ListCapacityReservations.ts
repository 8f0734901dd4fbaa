import {
  ListCapacityReservations$,
  type ListCapacityReservationsInput,
  type ListCapacityReservationsOutput,
} from '@aws-sdk/client-athena'
import { toCapacityReservation } from '../shapes.ts'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListCapacityReservations.html. */
export const ListCapacityReservations = operation<
  ListCapacityReservationsInput,
  ListCapacityReservationsOutput
>(ListCapacityReservations$, async (input, ctx) => {
  const { items, nextToken } = await ctx.queries.capacity.list(scopeOf(ctx), {
    limit: input.MaxResults ?? 50,
    nextToken: input.NextToken,
  })
  return { CapacityReservations: items.map(toCapacityReservation), NextToken: nextToken }
})

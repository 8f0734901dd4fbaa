import {
  GetCapacityAssignmentConfiguration$,
  type GetCapacityAssignmentConfigurationInput,
  type GetCapacityAssignmentConfigurationOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetCapacityAssignmentConfiguration.html. Empty until something is assigned. */
export const GetCapacityAssignmentConfiguration = operation<
  GetCapacityAssignmentConfigurationInput,
  GetCapacityAssignmentConfigurationOutput
>(GetCapacityAssignmentConfiguration$, async (input, ctx) => {
  const name = input.CapacityReservationName!
  const { assignments } = await ctx.queries.capacity.get(scopeOf(ctx), name)
  return {
    CapacityAssignmentConfiguration: {
      CapacityReservationName: name,
      CapacityAssignments: assignments.map((names) => ({ WorkGroupNames: [...names] })),
    },
  }
})

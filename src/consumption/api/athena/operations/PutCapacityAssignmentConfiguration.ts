import {
  PutCapacityAssignmentConfiguration$,
  type PutCapacityAssignmentConfigurationInput,
  type PutCapacityAssignmentConfigurationOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_PutCapacityAssignmentConfiguration.html. The workgroups must be there. */
export const PutCapacityAssignmentConfiguration = operation<
  PutCapacityAssignmentConfigurationInput,
  PutCapacityAssignmentConfigurationOutput
>(PutCapacityAssignmentConfiguration$, async (input, ctx) => {
  const scope = scopeOf(ctx)
  const assignments = input.CapacityAssignments!.map((one) => one.WorkGroupNames ?? [])
  for (const name of assignments.flat()) await ctx.queries.workGroups.get(scope, name)
  await ctx.queries.capacity.assign(scope, input.CapacityReservationName!, assignments)
  return {}
})

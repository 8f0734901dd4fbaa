import {
  UpdateWorkGroup$,
  type UpdateWorkGroupInput,
  type UpdateWorkGroupOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { changedConfiguration } from '../work-group-input.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_UpdateWorkGroup.html */
export const UpdateWorkGroup = operation<UpdateWorkGroupInput, UpdateWorkGroupOutput>(
  UpdateWorkGroup$,
  async (input, ctx) => {
    await ctx.queries.workGroups.update(scopeOf(ctx), input.WorkGroup!, (current) => ({
      description: input.Description ?? current.description,
      state: input.State ?? current.state,
      configuration: changedConfiguration(current.configuration, input.ConfigurationUpdates),
    }))
    return {}
  },
)

import {
  CreateWorkGroup$,
  type CreateWorkGroupInput,
  type CreateWorkGroupOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { tagMap } from '../tag-list.ts'
import { newConfiguration } from '../work-group-input.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html */
export const CreateWorkGroup = operation<CreateWorkGroupInput, CreateWorkGroupOutput>(
  CreateWorkGroup$,
  async (input, ctx) => {
    await ctx.queries.workGroups.create(
      scopeOf(ctx),
      {
        name: input.Name!,
        description: input.Description,
        configuration: newConfiguration(input.Configuration),
      },
      tagMap(input.Tags),
    )
    return {}
  },
)

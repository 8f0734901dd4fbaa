import {
  ListWorkGroups$,
  type ListWorkGroupsInput,
  type ListWorkGroupsOutput,
} from '@aws-sdk/client-athena'
import { toWorkGroup } from '../shapes.ts'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListWorkGroups.html */
export const ListWorkGroups = operation<ListWorkGroupsInput, ListWorkGroupsOutput>(
  ListWorkGroups$,
  async (input, ctx) => {
    const { items, nextToken } = await ctx.queries.workGroups.list(scopeOf(ctx), {
      limit: input.MaxResults ?? 50,
      nextToken: input.NextToken,
    })
    return {
      WorkGroups: items.map(toWorkGroup).map((group) => ({
        Name: group.Name,
        State: group.State,
        Description: group.Description ?? '',
        CreationTime: group.CreationTime,
        EngineVersion: group.Configuration?.EngineVersion,
      })),
      NextToken: nextToken,
    }
  },
)

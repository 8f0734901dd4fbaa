import {
  GetWorkGroup$,
  type GetWorkGroupInput,
  type GetWorkGroupOutput,
} from '@aws-sdk/client-athena'
import { toWorkGroup } from '../shapes.ts'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetWorkGroup.html */
export const GetWorkGroup = operation<GetWorkGroupInput, GetWorkGroupOutput>(
  GetWorkGroup$,
  async (input, ctx) => {
    const group = await ctx.queries.workGroups.get(scopeOf(ctx), input.WorkGroup!)
    return { WorkGroup: toWorkGroup(group) }
  },
)

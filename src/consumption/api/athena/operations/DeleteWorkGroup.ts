import {
  DeleteWorkGroup$,
  type DeleteWorkGroupInput,
  type DeleteWorkGroupOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteWorkGroup.html */
export const DeleteWorkGroup = operation<DeleteWorkGroupInput, DeleteWorkGroupOutput>(
  DeleteWorkGroup$,
  async (input, ctx) => {
    const recursive = input.RecursiveDeleteOption ?? false
    await ctx.queries.workGroups.delete(scopeOf(ctx), input.WorkGroup!, recursive)
    return {}
  },
)

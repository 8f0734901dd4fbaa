import { DeleteAlias$, type DeleteAliasRequest } from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { wholeFunction } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html */
export const DeleteAlias = operation<DeleteAliasRequest, void>(DeleteAlias$, async (input, ctx) => {
  await ctx.functions.aliases.remove(wholeFunction(ctx, input), input.Name!)
})

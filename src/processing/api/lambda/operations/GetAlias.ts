import { GetAlias$, type AliasConfiguration, type GetAliasRequest } from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { toAliasConfiguration } from '../shapes.ts'
import { wholeFunction } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html */
export const GetAlias = operation<GetAliasRequest, AliasConfiguration>(
  GetAlias$,
  async (input, ctx) => {
    const ref = wholeFunction(ctx, input)
    return toAliasConfiguration(ref, await ctx.functions.aliases.get(ref, input.Name!))
  },
)

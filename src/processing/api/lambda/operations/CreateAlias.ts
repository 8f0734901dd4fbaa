import {
  CreateAlias$,
  type AliasConfiguration,
  type CreateAliasRequest,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { toAliasConfiguration } from '../shapes.ts'
import { wholeFunction } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html */
export const CreateAlias = operation<CreateAliasRequest, AliasConfiguration>(
  CreateAlias$,
  async (input, ctx) => {
    const ref = wholeFunction(ctx, input)
    const alias = await ctx.functions.aliases.create(ref, input.Name!, {
      version: input.FunctionVersion!,
      description: input.Description ?? '',
      weights: input.RoutingConfig?.AdditionalVersionWeights ?? {},
    })
    return toAliasConfiguration(ref, alias)
  },
)

import {
  UpdateAlias$,
  type AliasConfiguration,
  type UpdateAliasRequest,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { toAliasConfiguration } from '../shapes.ts'
import { wholeFunction } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html */
export const UpdateAlias = operation<UpdateAliasRequest, AliasConfiguration>(
  UpdateAlias$,
  async (input, ctx) => {
    const ref = wholeFunction(ctx, input)
    const alias = await ctx.functions.aliases.update(ref, input.Name!, {
      version: input.FunctionVersion,
      description: input.Description,
      weights: input.RoutingConfig && (input.RoutingConfig.AdditionalVersionWeights ?? {}),
      revisionId: input.RevisionId,
    })
    return toAliasConfiguration(ref, alias)
  },
)

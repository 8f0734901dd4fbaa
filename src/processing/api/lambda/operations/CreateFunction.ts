import {
  CreateFunction$,
  type CreateFunctionRequest,
  type FunctionConfiguration,
} from '@aws-sdk/client-lambda'
import { zipOf } from '../code-input.ts'
import { operation } from '../context.ts'
import { layersOf } from '../layers.ts'
import { newSettings } from '../settings.ts'
import { toConfiguration } from '../shapes.ts'
import { wholeFunction } from '../subject.ts'
import { sealedVariables } from '../variables.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html. The function is active when this answers. */
export const CreateFunction = operation<CreateFunctionRequest, FunctionConfiguration>(
  CreateFunction$,
  async (input, ctx) => {
    const ref = wholeFunction(ctx, input)
    const variables = await sealedVariables(ctx, ref, input)
    const settings = newSettings(input, await layersOf(ctx, input.Layers), variables ?? {})
    const version = await ctx.functions.create(ref, {
      settings,
      zip: await zipOf(ctx, input.Code!),
      tags: input.Tags ?? {},
      publish: input.Publish ?? false,
    })
    return toConfiguration(ctx, version, input.Publish ? version.version : undefined)
  },
)

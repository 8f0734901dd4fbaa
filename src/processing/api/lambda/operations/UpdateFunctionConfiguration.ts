import {
  UpdateFunctionConfiguration$,
  type FunctionConfiguration,
  type UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { layersOf } from '../layers.ts'
import { changedSettings } from '../settings.ts'
import { toConfiguration } from '../shapes.ts'
import { wholeFunction } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html */
export const UpdateFunctionConfiguration = operation<
  UpdateFunctionConfigurationRequest,
  FunctionConfiguration
>(UpdateFunctionConfiguration$, async (input, ctx) => {
  const ref = wholeFunction(ctx, input)
  const layers = input.Layers === undefined ? undefined : await layersOf(ctx, input.Layers)
  const version = await ctx.functions.updateSettings(
    ref,
    (present) => changedSettings(ctx.functions, present, input, layers),
    input.RevisionId,
  )
  return toConfiguration(ctx, version, undefined)
})

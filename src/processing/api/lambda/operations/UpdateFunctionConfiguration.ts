import {
  UpdateFunctionConfiguration$,
  type FunctionConfiguration,
  type UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda'
import { isLakeError } from '#kit'
import { operation } from '../context.ts'
import { layersOf } from '../layers.ts'
import { changedSettings } from '../settings.ts'
import { toConfiguration } from '../shapes.ts'
import { wholeFunction } from '../subject.ts'
import { sealedVariables } from '../variables.ts'

const attemptsMax = 20

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html */
export const UpdateFunctionConfiguration = operation<
  UpdateFunctionConfigurationRequest,
  FunctionConfiguration
>(UpdateFunctionConfiguration$, async (input, ctx) => {
  const ref = wholeFunction(ctx, input)
  const layers = input.Layers === undefined ? undefined : await layersOf(ctx, input.Layers)
  for (let attempt = 1; ; attempt += 1) {
    const { version: present } = await ctx.functions.get(ref)
    const variables = await sealedVariables(ctx, ref, input, present.settings)
    // Sealed for what was there: if that has changed since, it is sealed for what is there now.
    const revisionId = input.RevisionId ?? (variables && present.revisionId)
    try {
      const version = await ctx.functions.updateSettings(
        ref,
        (now) => changedSettings(now, input, layers, variables),
        revisionId,
      )
      return await toConfiguration(ctx, version, undefined)
    } catch (error) {
      const hasMoved = isLakeError(error, 'RevisionMismatch') && input.RevisionId === undefined
      if (!hasMoved || attempt === attemptsMax) throw error
    }
  }
})

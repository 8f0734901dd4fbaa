import {
  GetLayerVersion$,
  type GetLayerVersionRequest,
  type GetLayerVersionResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { layerNameOf } from '../layer-name.ts'
import { toLayerVersion } from '../layers.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetLayerVersion.html */
export const GetLayerVersion = operation<GetLayerVersionRequest, GetLayerVersionResponse>(
  GetLayerVersion$,
  async (input, ctx) => {
    const { scope, name } = layerNameOf(ctx, input.LayerName!)
    return toLayerVersion(ctx, await ctx.functions.layers.get(scope, name, input.VersionNumber!))
  },
)

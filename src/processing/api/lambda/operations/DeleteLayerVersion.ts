import { DeleteLayerVersion$, type DeleteLayerVersionRequest } from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { layerNameOf } from '../layer-name.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteLayerVersion.html. Functions that use it go on. */
export const DeleteLayerVersion = operation<DeleteLayerVersionRequest, void>(
  DeleteLayerVersion$,
  async (input, ctx) => {
    const { scope, name } = layerNameOf(ctx, input.LayerName!)
    await ctx.functions.layers.remove(scope, name, input.VersionNumber!)
  },
)

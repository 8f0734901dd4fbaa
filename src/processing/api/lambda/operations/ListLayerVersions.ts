import {
  ListLayerVersions$,
  type ListLayerVersionsRequest,
  type ListLayerVersionsResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { fits, layerNameOf } from '../layer-name.ts'
import { toLayerItem } from '../layers.ts'

const itemsMax = 50

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListLayerVersions.html */
export const ListLayerVersions = operation<ListLayerVersionsRequest, ListLayerVersionsResponse>(
  ListLayerVersions$,
  async (input, ctx) => {
    const { scope, name } = layerNameOf(ctx, input.LayerName!)
    const page = await ctx.functions.layers.listVersions(scope, name, {
      limit: input.MaxItems ?? itemsMax,
      marker: input.Marker,
    })
    const items = page.items.filter((layer) => fits(layer, input))
    return { LayerVersions: items.map(toLayerItem), NextMarker: page.marker }
  },
)

import {
  ListLayers$,
  type ListLayersRequest,
  type ListLayersResponse,
} from '@aws-sdk/client-lambda'
import { layerArn } from '#processing/functions'
import { operation } from '../context.ts'
import { fits } from '../layer-name.ts'
import { toLayerItem } from '../layers.ts'
import { scopeOf } from '../subject.ts'

const itemsMax = 50

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html */
export const ListLayers = operation<ListLayersRequest, ListLayersResponse>(
  ListLayers$,
  async (input, ctx) => {
    const page = await ctx.functions.layers.list(scopeOf(ctx), {
      limit: input.MaxItems ?? itemsMax,
      marker: input.Marker,
    })
    return {
      Layers: page.items
        .filter((layer) => fits(layer, input))
        .map((layer) => ({
          LayerName: layer.name,
          LayerArn: layerArn(layer, layer.name),
          LatestMatchingVersion: toLayerItem(layer),
        })),
      NextMarker: page.marker,
    }
  },
)

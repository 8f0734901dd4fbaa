import {
  PublishLayerVersion$,
  type PublishLayerVersionRequest,
  type PublishLayerVersionResponse,
} from '@aws-sdk/client-lambda'
import { zipOf } from '../code-input.ts'
import { operation } from '../context.ts'
import { toLayerVersion } from '../layers.ts'
import { refused, scopeOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html */
export const PublishLayerVersion = operation<
  PublishLayerVersionRequest,
  PublishLayerVersionResponse
>(PublishLayerVersion$, async (input, ctx) => {
  const name = /^[a-zA-Z0-9-_]+$/.exec(input.LayerName ?? '')?.[0]
  if (name === undefined) throw refused('A layer is published by its name, without its ARN')
  const layer = await ctx.functions.layers.publish(scopeOf(ctx), name, {
    settings: {
      description: input.Description ?? '',
      licence: input.LicenseInfo,
      runtimes: input.CompatibleRuntimes ?? [],
      architectures: input.CompatibleArchitectures ?? [],
    },
    zip: await zipOf(ctx, input.Content!),
  })
  return toLayerVersion(ctx, layer)
})

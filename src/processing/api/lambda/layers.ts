import type {
  GetLayerVersionResponse,
  PublishLayerVersionResponse,
  Architecture,
  Runtime,
} from '@aws-sdk/client-lambda'
import { layerArn, type FunctionSettings, type LayerVersion } from '#processing/functions'
import { AwsError, type Call } from '#protocol/aws'
import type { LambdaContext } from './context.ts'
import { codeLocation } from './code-location.ts'
import { lambdaTime } from './shapes.ts'
import { scopeOf } from './subject.ts'

/** The layers that a function is to be run with, which the caller must be allowed to read. */
export async function layersOf(
  ctx: Call & LambdaContext,
  arns: readonly string[] | undefined,
): Promise<FunctionSettings['layers']> {
  for (const arn of arns ?? []) {
    if (await ctx.permits('lambda:GetLayerVersion', arn)) continue
    throw new AwsError({
      name: 'AccessDeniedException',
      status: 403,
      message: `User: ${ctx.caller.arn} is not authorized to perform: lambda:GetLayerVersion on resource: ${arn} because no resource-based policy allows the lambda:GetLayerVersion action`,
    })
  }
  return ctx.functions.layers.use(scopeOf(ctx), arns ?? [])
}

export function toLayerVersion(
  ctx: Call & LambdaContext,
  layer: LayerVersion,
): GetLayerVersionResponse & PublishLayerVersionResponse {
  return {
    ...toLayerItem(layer),
    LayerArn: layerArn(layer, layer.name),
    Content: {
      Location: codeLocation(ctx, layer.code.codeId),
      CodeSha256: layer.code.sha256,
      CodeSize: layer.code.sizeBytes,
    },
  }
}

export function toLayerItem(layer: LayerVersion) {
  const { settings } = layer
  return {
    LayerVersionArn: layerArn(layer, layer.name, layer.version),
    Version: layer.version,
    Description: settings.description,
    CreatedDate: lambdaTime(layer.createdMs),
    LicenseInfo: settings.licence,
    CompatibleRuntimes:
      settings.runtimes.length > 0 ? ([...settings.runtimes] as Runtime[]) : undefined,
    CompatibleArchitectures:
      settings.architectures.length > 0
        ? ([...settings.architectures] as Architecture[])
        : undefined,
  }
}

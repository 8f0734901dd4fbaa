import type {
  AliasConfiguration,
  Architecture,
  FunctionConfiguration,
  Runtime,
  TracingMode,
} from '@aws-sdk/client-lambda'
import {
  functionArn,
  logGroupOf,
  type Alias,
  type FunctionRef,
  type FunctionVersion,
} from '#processing/functions'
import { shownVariables } from './variables.ts'

/** `qualifier`: the version or alias that the ARN of the answer is to end in. */
export async function toConfiguration(
  ctx: Parameters<typeof shownVariables>[0],
  version: FunctionVersion,
  qualifier: string | undefined,
): Promise<FunctionConfiguration> {
  const { settings, code } = version
  return {
    FunctionName: version.name,
    FunctionArn: functionArn(version, qualifier),
    Runtime: settings.runtime as Runtime,
    Role: settings.roleArn,
    Handler: settings.handler,
    CodeSize: code.sizeBytes,
    Description: settings.description,
    Timeout: settings.timeoutS,
    MemorySize: settings.memoryMib,
    LastModified: lambdaTime(version.modifiedMs),
    CodeSha256: code.sha256,
    Version: version.version,
    Environment: await shownVariables(ctx, version),
    KMSKeyArn: settings.kmsKeyArn,
    TracingConfig: { Mode: settings.tracingMode as TracingMode },
    RevisionId: version.revisionId,
    Layers:
      settings.layers.length === 0
        ? undefined
        : settings.layers.map(({ arn, code: { sizeBytes } }) => ({
            Arn: arn,
            CodeSize: sizeBytes,
          })),
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: [settings.architecture as Architecture],
    EphemeralStorage: { Size: settings.storageMib },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: logGroupOf(version) },
  }
}

export function toAliasConfiguration(ref: FunctionRef, alias: Alias): AliasConfiguration {
  const hasWeights = Object.keys(alias.weights).length > 0
  return {
    AliasArn: functionArn(ref, alias.name),
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    RoutingConfig: hasWeights ? { AdditionalVersionWeights: { ...alias.weights } } : undefined,
    RevisionId: alias.revisionId,
  }
}

/** `2026-01-02T03:04:05.678+0000`. */
export function lambdaTime(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+0000')
}

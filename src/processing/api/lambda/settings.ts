import type {
  CreateFunctionRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda'
import type { FunctionSettings } from '#processing/functions'
import { refused } from './subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const defaults = { timeoutS: 3, memoryMib: 128, storageMib: 512 }

type Layers = FunctionSettings['layers']
type Kept = Pick<FunctionSettings, 'environment' | 'kmsKeyArn'>

export function newSettings(
  input: CreateFunctionRequest,
  layers: Layers,
  variables: Kept,
): FunctionSettings {
  refuseUnsupported(input)
  if (input.PackageType === 'Image' || input.Code?.ImageUri !== undefined) {
    throw refused('Functions from container images are not supported: PackageType must be Zip')
  }
  if (input.Runtime === undefined) {
    throw refused("Runtime is mandatory for functions created with deployment package 'Zip'")
  }
  return {
    runtime: input.Runtime,
    handler: input.Handler ?? '',
    roleArn: input.Role!,
    description: input.Description ?? '',
    timeoutS: input.Timeout ?? defaults.timeoutS,
    memoryMib: input.MemorySize ?? defaults.memoryMib,
    storageMib: input.EphemeralStorage?.Size ?? defaults.storageMib,
    architecture: input.Architectures?.[0] ?? 'x86_64',
    ...variables,
    layers,
    logGroup: input.LoggingConfig?.LogGroup,
    tracingMode: input.TracingConfig?.Mode ?? 'PassThrough',
  }
}

/** `layers`, `variables`: undefined to leave them as they are. */
export function changedSettings(
  present: FunctionSettings,
  input: UpdateFunctionConfigurationRequest,
  layers: Layers | undefined,
  variables: Kept | undefined,
): FunctionSettings {
  refuseUnsupported(input)
  return {
    ...present,
    ...variables,
    runtime: input.Runtime ?? present.runtime,
    handler: input.Handler ?? present.handler,
    roleArn: input.Role ?? present.roleArn,
    description: input.Description ?? present.description,
    timeoutS: input.Timeout ?? present.timeoutS,
    memoryMib: input.MemorySize ?? present.memoryMib,
    storageMib: input.EphemeralStorage?.Size ?? present.storageMib,
    layers: layers ?? present.layers,
    logGroup: input.LoggingConfig ? input.LoggingConfig.LogGroup : present.logGroup,
    tracingMode: input.TracingConfig?.Mode ?? present.tracingMode,
  }
}

/** What would change where and how a function runs, and is not there. */
function refuseUnsupported(
  input: CreateFunctionRequest | UpdateFunctionConfigurationRequest,
): void {
  const refuse = (is: boolean | undefined, what: string) => {
    if (is) throw refused(`${what} is not supported`)
  }
  const { VpcConfig: vpc, SnapStart: snapStart, LoggingConfig: logging } = input
  refuse((vpc?.SubnetIds?.length ?? 0) + (vpc?.SecurityGroupIds?.length ?? 0) > 0, 'VpcConfig')
  refuse((input.DeadLetterConfig?.TargetArn ?? '') !== '', 'DeadLetterConfig')
  refuse(input.TracingConfig?.Mode === 'Active', 'TracingConfig with Mode Active')
  refuse((input.FileSystemConfigs?.length ?? 0) > 0, 'FileSystemConfigs')
  refuse(input.ImageConfig !== undefined, 'ImageConfig')
  refuse(snapStart?.ApplyOn === 'PublishedVersions', 'SnapStart')
  refuse(logging?.LogFormat === 'JSON', 'LoggingConfig with LogFormat JSON')
  // On AWS both are for logs in JSON.
  refuse(logging?.ApplicationLogLevel !== undefined, 'LoggingConfig with ApplicationLogLevel')
  refuse(logging?.SystemLogLevel !== undefined, 'LoggingConfig with SystemLogLevel')
  refuse(input.CapacityProviderConfig !== undefined, 'CapacityProviderConfig')
  refuse(input.DurableConfig !== undefined, 'DurableConfig')
  if (!('Code' in input)) return
  refuse(input.CodeSigningConfigArn !== undefined, 'CodeSigningConfigArn')
  refuse(input.TenancyConfig !== undefined, 'TenancyConfig')
  refuse(input.PublishTo !== undefined, 'PublishTo')
}

import type { FunctionVersion } from '../records.ts'
import { runtimeKind } from '../runtimes.ts'
import { defaultPath } from './isolation.ts'

/** Temporary credentials of a function's role. */
export interface RoleCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAtMs: number
}

export interface EnvironmentParts {
  readonly version: FunctionVersion
  /** The function's own, opened. */
  readonly variables: Readonly<Record<string, string>>
  readonly credentials: RoleCredentials
  /** Of this server: SDK calls of the function come back here. */
  readonly endpoint: string
  readonly caBundle: string | undefined
  readonly runtimeApi: string
  readonly logGroup: string
  readonly logStream: string
  /** Folders of the code, of the unpacked layers, of the instance's own files. */
  readonly taskFolder: string
  readonly layerFolder: string
  readonly tmpFolder: string
  readonly runtimeFolder: string
  /** Where a function finds the SDK packages that the server has. */
  readonly sdkFolder: string | undefined
}

/**
 * What a function's process is given: its own variables and the reserved ones, and nothing of the server's.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export function environmentOf(parts: EnvironmentParts): Record<string, string> {
  const { version, credentials, layerFolder, taskFolder } = parts
  const { settings, region } = version
  const kind = runtimeKind(settings.runtime)
  return {
    // These a function may set anew.
    PATH: `${layerFolder}/bin:${defaultPath}`,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    HOME: parts.tmpFolder,
    TMPDIR: parts.tmpFolder,
    LD_LIBRARY_PATH: `${taskFolder}:${taskFolder}/lib:${layerFolder}/lib`,
    AWS_ENDPOINT_URL: parts.endpoint,
    ...(parts.caBundle === undefined
      ? {}
      : { AWS_CA_BUNDLE: parts.caBundle, NODE_EXTRA_CA_CERTS: parts.caBundle }),
    ...(kind === 'node' ? { NODE_PATH: nodePath(parts) } : {}),
    ...(kind === 'python' ? { PYTHONDONTWRITEBYTECODE: '1' } : {}),
    ...parts.variables,
    // These it may not.
    ...(kind === 'python' ? { LAYER_PYTHONPATH: pythonPath(layerFolder) } : {}),
    AWS_LAMBDA_FUNCTION_NAME: version.name,
    AWS_LAMBDA_FUNCTION_VERSION: version.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: `${settings.memoryMib}`,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: parts.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: parts.logStream,
    AWS_LAMBDA_RUNTIME_API: parts.runtimeApi,
    AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    LAMBDA_TASK_ROOT: taskFolder,
    LAMBDA_RUNTIME_DIR: parts.runtimeFolder,
    _HANDLER: settings.handler,
  }
}

/** Names that a function cannot give to variables of its own. */
export const reservedVariables: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
])

function nodePath({ layerFolder, sdkFolder }: EnvironmentParts): string {
  const folders = [`${layerFolder}/nodejs/node_modules`, sdkFolder]
  return folders.filter((folder) => folder !== undefined).join(':')
}

function pythonPath(layerFolder: string): string {
  return `${layerFolder}/python`
}

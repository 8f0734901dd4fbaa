import { FunctionErrors } from '../errors.ts'
import type { FunctionSettings } from '../records.ts'
import { reservedVariables } from '../runtime/environment.ts'
import { runtimeKind, runtimes } from '../runtimes.ts'

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const environmentBytesMax = 4096
const layersMax = 5

/** Error: `InvalidFunctionParameter`. */
export function checkSettings(settings: FunctionSettings): void {
  if (runtimeKind(settings.runtime) === undefined) {
    throw invalid(
      `Value ${settings.runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${runtimes.join(', ')}] or be a valid ARN`,
    )
  }
  if (settings.handler === '') {
    throw invalid("Handler is mandatory for functions created with deployment package 'Zip'")
  }
  if (settings.layers.length > layersMax) {
    throw invalid(`Cannot reference more than ${layersMax} layers.`)
  }
}

/** Error: `InvalidFunctionParameter`. */
export function checkVariables(environment: Readonly<Record<string, string>>): void {
  const names = Object.keys(environment)
  const reserved = names.filter((name) => reservedVariables.has(name))
  if (reserved.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    )
  }
  if (names.some((name) => !/^[a-zA-Z]\w+$/.test(name))) {
    throw invalid(
      "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
    )
  }
  const bytes = Buffer.byteLength(JSON.stringify(environment))
  if (bytes > environmentBytesMax) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the ${environmentBytesMax / 1024}KB limit.`,
    )
  }
  if (Object.values(environment).some((value) => value.includes('\0'))) {
    throw invalid('The values of environment variables cannot hold the null character.')
  }
}

function invalid(message: string) {
  return FunctionErrors.InvalidFunctionParameter(message)
}

export { FunctionErrors } from './errors.ts'
export { createFunctions, type Functions, type FunctionsOptions } from './functions.ts'
export {
  checkPayload,
  eventBytesMax,
  requestBytesMax,
  type FunctionInvoker,
  type InvokeInput,
  type Invoked,
} from './invoke.ts'
export { migrations } from './migrations.ts'
export {
  functionArn,
  isVersion,
  parseFunctionArn,
  parseFunctionName,
  type NamedFunction,
} from './names.ts'
export {
  latest,
  type Alias,
  type FunctionEntry,
  type FunctionPage,
  type FunctionRef,
  type FunctionScope,
  type FunctionSettings,
  type FunctionVersion,
} from './records.ts'
export type { EventConfig, EventConfigSettings } from './registry/event-configs.ts'
export type { FoundFunction, NewFunction } from './registry/manage.ts'
export type { Permission } from './registry/policies.ts'
export type { FunctionUrl, UrlSettings } from './registry/urls.ts'
export { logGroupOf, type LogPlace, type RoleSession } from './runtime/function-runner.ts'
export {
  layerArn,
  parseLayerArn,
  type LayerSettings,
  type LayerVersion,
} from './registry/layers.ts'
export {
  mappingArn,
  type Mapping,
  type MappingSettings,
  type StartingPosition,
} from './mappings/mapping.ts'
export type { FilterOwner, KeptFilters } from './mappings/filters.ts'
export type { FoundMapping } from './mappings/mappings.ts'

import { AddPermission } from './AddPermission.ts'
import { CreateAlias } from './CreateAlias.ts'
import { CreateEventSourceMapping } from './CreateEventSourceMapping.ts'
import { CreateFunction } from './CreateFunction.ts'
import { DeleteAlias } from './DeleteAlias.ts'
import { DeleteEventSourceMapping } from './DeleteEventSourceMapping.ts'
import { DeleteFunction } from './DeleteFunction.ts'
import { DeleteFunctionConcurrency } from './DeleteFunctionConcurrency.ts'
import { DeleteFunctionEventInvokeConfig } from './DeleteFunctionEventInvokeConfig.ts'
import { DeleteLayerVersion } from './DeleteLayerVersion.ts'
import { GetAccountSettings } from './GetAccountSettings.ts'
import { GetAlias } from './GetAlias.ts'
import { GetEventSourceMapping } from './GetEventSourceMapping.ts'
import { GetFunction } from './GetFunction.ts'
import { GetFunctionCodeSigningConfig } from './GetFunctionCodeSigningConfig.ts'
import { GetFunctionConcurrency } from './GetFunctionConcurrency.ts'
import { GetFunctionConfiguration } from './GetFunctionConfiguration.ts'
import { GetFunctionEventInvokeConfig } from './GetFunctionEventInvokeConfig.ts'
import { GetLayerVersion } from './GetLayerVersion.ts'
import { GetLayerVersionByArn } from './GetLayerVersionByArn.ts'
import { GetPolicy } from './GetPolicy.ts'
import { Invoke } from './Invoke.ts'
import { ListAliases } from './ListAliases.ts'
import { ListEventSourceMappings } from './ListEventSourceMappings.ts'
import { ListFunctionEventInvokeConfigs } from './ListFunctionEventInvokeConfigs.ts'
import { ListFunctions } from './ListFunctions.ts'
import { ListLayerVersions } from './ListLayerVersions.ts'
import { ListLayers } from './ListLayers.ts'
import { ListTags } from './ListTags.ts'
import { ListVersionsByFunction } from './ListVersionsByFunction.ts'
import { PublishLayerVersion } from './PublishLayerVersion.ts'
import { PublishVersion } from './PublishVersion.ts'
import { PutFunctionConcurrency } from './PutFunctionConcurrency.ts'
import { PutFunctionEventInvokeConfig } from './PutFunctionEventInvokeConfig.ts'
import { RemovePermission } from './RemovePermission.ts'
import { TagResource } from './TagResource.ts'
import { UntagResource } from './UntagResource.ts'
import { UpdateAlias } from './UpdateAlias.ts'
import { UpdateEventSourceMapping } from './UpdateEventSourceMapping.ts'
import { UpdateFunctionCode } from './UpdateFunctionCode.ts'
import { UpdateFunctionConfiguration } from './UpdateFunctionConfiguration.ts'
import { UpdateFunctionEventInvokeConfig } from './UpdateFunctionEventInvokeConfig.ts'

/** The operations that are built, by wire name. */
import { CreateFunctionUrlConfig } from './CreateFunctionUrlConfig.ts'
import { GetFunctionUrlConfig } from './GetFunctionUrlConfig.ts'
import { UpdateFunctionUrlConfig } from './UpdateFunctionUrlConfig.ts'
import { DeleteFunctionUrlConfig } from './DeleteFunctionUrlConfig.ts'
import { ListFunctionUrlConfigs } from './ListFunctionUrlConfigs.ts'

export const operations = {
  CreateFunctionUrlConfig,
  GetFunctionUrlConfig,
  UpdateFunctionUrlConfig,
  DeleteFunctionUrlConfig,
  ListFunctionUrlConfigs,
  AddPermission,
  CreateAlias,
  CreateEventSourceMapping,
  CreateFunction,
  DeleteAlias,
  DeleteEventSourceMapping,
  DeleteFunction,
  DeleteFunctionConcurrency,
  DeleteFunctionEventInvokeConfig,
  DeleteLayerVersion,
  GetAccountSettings,
  GetAlias,
  GetEventSourceMapping,
  GetFunction,
  GetFunctionCodeSigningConfig,
  GetFunctionConcurrency,
  GetFunctionConfiguration,
  GetFunctionEventInvokeConfig,
  GetLayerVersion,
  GetLayerVersionByArn,
  GetPolicy,
  Invoke,
  ListAliases,
  ListEventSourceMappings,
  ListFunctionEventInvokeConfigs,
  ListFunctions,
  ListLayerVersions,
  ListLayers,
  ListTags,
  ListVersionsByFunction,
  PublishLayerVersion,
  PublishVersion,
  PutFunctionConcurrency,
  PutFunctionEventInvokeConfig,
  RemovePermission,
  TagResource,
  UntagResource,
  UpdateAlias,
  UpdateEventSourceMapping,
  UpdateFunctionCode,
  UpdateFunctionConfiguration,
  UpdateFunctionEventInvokeConfig,
}

import type {
  ResultConfigurationUpdates,
  WorkGroupConfiguration as AwsConfiguration,
  WorkGroupConfigurationUpdates,
} from '@aws-sdk/client-athena'
import {
  QueryErrors,
  type ResultConfiguration,
  type WorkGroupConfiguration,
  eitherManagedOrOwn,
  engineVersion,
} from '#consumption/queries'
import { fromResultConfiguration } from './shapes.ts'

/** Smallest bound of bytes that a workgroup may set. */
const cutoffBytesMin = 10_000_000

/** A new workgroup's configuration, with Athena's defaults. */
export function newConfiguration(input: AwsConfiguration | undefined): WorkGroupConfiguration {
  refuseUnsupported(input)
  return eitherOr({
    result: checked(fromResultConfiguration(input?.ResultConfiguration)),
    managed: managedResults(input?.ManagedQueryResultsConfiguration),
    enforce: input?.EnforceWorkGroupConfiguration ?? true,
    publishMetrics: input?.PublishCloudWatchMetricsEnabled ?? false,
    bytesScannedCutoff: cutoff(input?.BytesScannedCutoffPerQuery),
    requesterPays: input?.RequesterPaysEnabled ?? false,
    engineVersion: version(input?.EngineVersion?.SelectedEngineVersion) ?? 'AUTO',
    executionRole: input?.ExecutionRole,
    minimumEncryption: input?.EnableMinimumEncryptionConfiguration,
    additionalConfiguration: input?.AdditionalConfiguration,
  })
}

/** A configuration with the changes of UpdateWorkGroup: what is not named stays. */
export function changedConfiguration(
  current: WorkGroupConfiguration,
  updates: WorkGroupConfigurationUpdates | undefined,
): WorkGroupConfiguration {
  if (!updates) return current
  refuseUnsupported(updates)
  return eitherOr({
    result: changedResult(current.result, updates.ResultConfigurationUpdates),
    managed: changedManaged(current.managed, updates.ManagedQueryResultsConfigurationUpdates),
    enforce: updates.EnforceWorkGroupConfiguration ?? current.enforce,
    publishMetrics: updates.PublishCloudWatchMetricsEnabled ?? current.publishMetrics,
    bytesScannedCutoff: updates.RemoveBytesScannedCutoffPerQuery
      ? undefined
      : (cutoff(updates.BytesScannedCutoffPerQuery) ?? current.bytesScannedCutoff),
    requesterPays: updates.RequesterPaysEnabled ?? current.requesterPays,
    engineVersion: version(updates.EngineVersion?.SelectedEngineVersion) ?? current.engineVersion,
    executionRole: updates.ExecutionRole ?? current.executionRole,
    minimumEncryption: updates.EnableMinimumEncryptionConfiguration ?? current.minimumEncryption,
    additionalConfiguration: updates.AdditionalConfiguration ?? current.additionalConfiguration,
  })
}

/** Results lie in a bucket of the account's, or the service keeps them. */
function eitherOr(configuration: WorkGroupConfiguration): WorkGroupConfiguration {
  const { result, managed } = configuration
  const isSet = Object.values(result ?? {}).some((value) => value !== undefined)
  if (managed && isSet) throw QueryErrors.InvalidQueryRequest(eitherManagedOrOwn)
  return configuration
}

type Managed = WorkGroupConfiguration['managed']

function managedResults(input: AwsConfiguration['ManagedQueryResultsConfiguration']): Managed {
  if (!input?.Enabled) return undefined
  const kmsKey = input.EncryptionConfiguration?.KmsKey
  return kmsKey === undefined ? {} : { kmsKey }
}

function changedManaged(
  current: Managed,
  updates: WorkGroupConfigurationUpdates['ManagedQueryResultsConfigurationUpdates'],
): Managed {
  if (!updates) return current
  if (!(updates.Enabled ?? current !== undefined)) return undefined
  if (updates.RemoveEncryptionConfiguration) return {}
  const kmsKey = updates.EncryptionConfiguration?.KmsKey ?? current?.kmsKey
  return kmsKey === undefined ? {} : { kmsKey }
}

function changedResult(
  current: ResultConfiguration | undefined,
  updates: ResultConfigurationUpdates | undefined,
): ResultConfiguration | undefined {
  if (!updates) return current
  const given = fromResultConfiguration(updates)
  const pick = <K extends keyof ResultConfiguration>(key: K, remove: boolean | undefined) =>
    remove ? undefined : (given?.[key] ?? current?.[key])
  return checked({
    outputLocation: pick('outputLocation', updates.RemoveOutputLocation),
    encryption: pick('encryption', updates.RemoveEncryptionConfiguration),
    expectedBucketOwner: pick('expectedBucketOwner', updates.RemoveExpectedBucketOwner),
    aclOption: pick('aclOption', updates.RemoveAclConfiguration),
  })
}

function checked(result: ResultConfiguration | undefined): ResultConfiguration | undefined {
  const location = result?.outputLocation
  if (location !== undefined && !/^s3:\/\/[^/]+(\/.*)?$/.test(location)) {
    throw QueryErrors.InvalidQueryRequest('outputLocation is not a valid S3 path.')
  }
  return result
}

function cutoff(bytes: number | undefined): number | undefined {
  if (bytes !== undefined && bytes < cutoffBytesMin) {
    throw QueryErrors.InvalidQueryRequest(
      `BytesScannedCutoffPerQuery must be at least ${cutoffBytesMin}`,
    )
  }
  return bytes
}

function version(selected: string | undefined): string | undefined {
  if (selected === undefined || selected === 'AUTO' || selected === engineVersion) return selected
  throw QueryErrors.InvalidQueryRequest(`${selected} is not a supported engine version`)
}

/** Spark and identity centre would change what a workgroup is. */
function refuseUnsupported(
  input: AwsConfiguration | WorkGroupConfigurationUpdates | undefined,
): void {
  const identity =
    input && 'IdentityCenterConfiguration' in input ? input.IdentityCenterConfiguration : undefined
  if (identity?.EnableIdentityCenter) {
    throw QueryErrors.InvalidQueryRequest('IAM Identity Center is not supported')
  }
}

import type {
  IcebergDestinationConfiguration,
  IcebergDestinationDescription,
  IcebergDestinationUpdate,
  S3DestinationDescription,
} from '@aws-sdk/client-firehose'
import type { DeliverySettings, IcebergTarget } from '#ingestion/delivery'
import { processorsOf } from './processors.ts'
import { invalidArgument } from './refusal.ts'
import { toTarget, wholeHints, withDefaults, withoutUndefined } from './s3-destination.ts'

const mebibyte = 1024 * 1024
const defaultHints = { SizeInMBs: 5, IntervalInSeconds: 300 }
const defaultRetrySeconds = 300

/** What new tables are described as: the configuration with AWS's defaults. */
export function describeNewTables(
  configuration: IcebergDestinationConfiguration,
): IcebergDestinationDescription {
  const { S3Configuration: place, ...rest } = configuration
  return withoutUndefined({
    ...rest,
    BufferingHints: wholeHints(rest.BufferingHints) ?? defaultHints,
    CloudWatchLoggingOptions: rest.CloudWatchLoggingOptions ?? { Enabled: false },
    RetryOptions: {
      DurationInSeconds: rest.RetryOptions?.DurationInSeconds ?? defaultRetrySeconds,
    },
    S3BackupMode: rest.S3BackupMode ?? 'FailedDataOnly',
    S3DestinationDescription: withDefaults({ ...place }) as S3DestinationDescription,
  })
}

/** The description after an update: members that are not given stay as they are. */
export function describeUpdatedTables(
  before: IcebergDestinationDescription,
  update: IcebergDestinationUpdate,
): IcebergDestinationDescription {
  const { S3DestinationDescription: placeBefore, ...known } = before
  const { S3Configuration: place, ...rest } = update
  return describeNewTables({
    ...known,
    ...withoutUndefined(rest),
    S3Configuration: { ...placeBefore, ...withoutUndefined(place ?? {}) },
  } as IcebergDestinationConfiguration)
}

/** What delivery does for a description; what it cannot do is refused. */
export function toTablesSettings(
  description: IcebergDestinationDescription,
  call: { readonly accountId: string; readonly region: string },
): DeliverySettings {
  refuse(description)
  const { delimiter, transforms } = processorsOf(description.ProcessingConfiguration)
  if (delimiter !== undefined) {
    throw invalidArgument('AppendDelimiterToRecord is only supported for S3 destinations.')
  }
  const place = toTarget(description.S3DestinationDescription!)
  return {
    target: toTables(description, call),
    failed: place,
    ...(description.S3BackupMode === 'AllData' ? { backup: place } : {}),
    ...(transforms.length > 0 ? { transforms } : {}),
  }
}

function refuse(description: IcebergDestinationDescription): void {
  const tables = description.DestinationTableConfigurationList ?? []
  const asked: readonly [string, boolean][] = [
    ['SchemaEvolutionConfiguration', description.SchemaEvolutionConfiguration?.Enabled === true],
    ['TableCreationConfiguration', description.TableCreationConfiguration?.Enabled === true],
    ['WarehouseLocation', description.CatalogConfiguration?.WarehouseLocation !== undefined],
    ['S3ErrorOutputPrefix', tables.some((table) => table.S3ErrorOutputPrefix !== undefined)],
    ['PartitionSpec', tables.some((table) => table.PartitionSpec !== undefined)],
  ]
  const first = asked.find(([, isAsked]) => isAsked)
  if (first) throw invalidArgument(`${first[0]} is not supported for Iceberg tables.`)
  const seen = new Set<string>()
  for (const { DestinationDatabaseName: database, DestinationTableName: table } of tables) {
    const name = `${database}.${table}`
    if (seen.has(name)) throw invalidArgument(`The table ${name} is given more than once.`)
    seen.add(name)
  }
}

function toTables(
  description: IcebergDestinationDescription,
  call: { readonly accountId: string; readonly region: string },
): IcebergTarget {
  const { SizeInMBs, IntervalInSeconds } = description.BufferingHints!
  const { CloudWatchLoggingOptions: logging } = description
  if (logging?.Enabled && (!logging.LogGroupName || !logging.LogStreamName)) {
    throw invalidArgument(
      'LogGroupName and LogStreamName must be given when CloudWatch logging is enabled.',
    )
  }
  return {
    kind: 'iceberg',
    roleArn: description.RoleARN!,
    region: catalogRegion(description.CatalogConfiguration?.CatalogARN, call),
    tables: (description.DestinationTableConfigurationList ?? []).map((table) => ({
      database: table.DestinationDatabaseName!,
      table: table.DestinationTableName!,
      uniqueKeys: table.UniqueKeys ?? [],
    })),
    appendOnly: description.AppendOnly ?? false,
    bufferBytes: SizeInMBs! * mebibyte,
    bufferMs: IntervalInSeconds! * 1000,
    ...(logging?.Enabled
      ? { logging: { group: logging.LogGroupName!, stream: logging.LogStreamName! } }
      : {}),
  }
}

function catalogRegion(
  arn: string | undefined,
  { accountId, region }: { readonly accountId: string; readonly region: string },
): string {
  if (arn === undefined) return region
  const [, catalogRegion, account] =
    /^arn:[^:]+:glue:([a-z0-9-]+):(\d{12}):catalog$/.exec(arn) ?? []
  if (account !== accountId) {
    throw invalidArgument(`The catalog ${arn} is not that of the account ${accountId}.`)
  }
  return catalogRegion!
}

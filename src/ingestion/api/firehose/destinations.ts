import type {
  CreateDeliveryStreamInput,
  DestinationDescription,
  ExtendedS3DestinationDescription,
  HttpEndpointDestinationDescription,
  IcebergDestinationDescription,
  UpdateDestinationInput,
} from '@aws-sdk/client-firehose'
import type { DeliverySettings, DeliveryStream } from '#ingestion/delivery'
import type { Call } from '#protocol/aws'
import type { FirehoseContext } from './context.ts'
import {
  describeNewEndpoint,
  describeUpdatedEndpoint,
  toEndpointSettings,
} from './http-destination.ts'
import {
  describeNewTables,
  describeUpdatedTables,
  toTablesSettings,
} from './iceberg-destination.ts'
import { invalidArgument } from './refusal.ts'
import { checkRoles, endpointRoles, icebergRoles, s3Roles } from './roles.ts'
import {
  describeNew,
  describeUpdated,
  destinationId,
  partitions,
  toS3Description,
  toSettings,
} from './s3-destination.ts'

/** A destination as it is given back, and what it asks of the delivery. */
export interface Described {
  readonly description: Readonly<Record<string, unknown>>
  readonly settings: DeliverySettings
}

type Context = Call & FirehoseContext

const one = 'Exactly one destination configuration is supported for a Firehose'
const otherDestinations = [
  'RedshiftDestinationConfiguration',
  'ElasticsearchDestinationConfiguration',
  'AmazonopensearchserviceDestinationConfiguration',
  'AmazonOpenSearchServerlessDestinationConfiguration',
  'SplunkDestinationConfiguration',
  'SnowflakeDestinationConfiguration',
] as const

const otherUpdates = [
  'RedshiftDestinationUpdate',
  'ElasticsearchDestinationUpdate',
  'AmazonopensearchserviceDestinationUpdate',
  'AmazonOpenSearchServerlessDestinationUpdate',
  'SplunkDestinationUpdate',
  'SnowflakeDestinationUpdate',
] as const

/** The destination of a new delivery stream. */
export async function newDestination(
  input: CreateDeliveryStreamInput,
  ctx: Context,
): Promise<Described> {
  const other = otherDestinations.find((name) => input[name])
  if (other) {
    throw invalidArgument(`${other} is not supported. Use S3, Iceberg tables or an HTTP endpoint.`)
  }
  const {
    ExtendedS3DestinationConfiguration: extended,
    S3DestinationConfiguration: plain,
    HttpEndpointDestinationConfiguration: endpoint,
    IcebergDestinationConfiguration: iceberg,
  } = input
  const given = [extended, plain, endpoint, iceberg].filter((each) => each !== undefined)
  if (given.length !== 1) throw invalidArgument(one)
  if (iceberg) return describedIceberg(describeNewTables(iceberg), ctx)
  if (endpoint) {
    const key = endpoint.EndpointConfiguration!.AccessKey
    const description = describeNewEndpoint(endpoint)
    return describedEndpoint(description, key === undefined ? undefined : ctx.seal(key), ctx)
  }
  return describedS3(describeNew((extended ?? plain)!), ctx)
}

/** The destination after an update. Its kind cannot change. */
export async function updatedDestination(
  stream: DeliveryStream,
  input: UpdateDestinationInput,
  ctx: Context,
): Promise<Described> {
  const {
    ExtendedS3DestinationUpdate: extended,
    S3DestinationUpdate: plain,
    HttpEndpointDestinationUpdate: endpoint,
    IcebergDestinationUpdate: iceberg,
  } = input
  const given = [extended, plain, endpoint, iceberg].filter((each) => each !== undefined)
  const asked = endpoint ? 'http' : iceberg ? 'iceberg' : 's3'
  const hasOther = otherUpdates.some((name) => input[name])
  if (given.length !== 1 || hasOther || asked !== stream.settings.target.kind) {
    throw invalidArgument(
      'Exactly one destination update must be given, of the kind that the delivery stream has.',
    )
  }
  if (endpoint) {
    const before = stream.description as unknown as HttpEndpointDestinationDescription
    const key = endpoint.EndpointConfiguration?.AccessKey
    const known = stream.settings.target.kind === 'http' ? stream.settings.target.accessKey : key
    const description = describeUpdatedEndpoint(before, endpoint)
    return describedEndpoint(description, key === undefined ? known : ctx.seal(key), ctx)
  }
  if (iceberg) {
    const before = stream.description as unknown as IcebergDestinationDescription
    return describedIceberg(describeUpdatedTables(before, iceberg), ctx)
  }
  const before = stream.description as unknown as ExtendedS3DestinationDescription
  if (before.S3BackupMode === 'Enabled' && extended?.S3BackupMode === 'Disabled') {
    throw invalidArgument('Disabling S3 backup is not currently supported.')
  }
  const description = describeUpdated(before, (extended ?? plain)!)
  if (partitions(description) !== partitions(before)) {
    throw invalidArgument(
      'Dynamic Partitioning can only be enabled or disabled when the delivery stream is created.',
    )
  }
  return describedS3(description, ctx)
}

/** The destination as DescribeDeliveryStream gives it. */
export function destinationOf({ settings, description }: DeliveryStream): DestinationDescription {
  if (settings.target.kind === 'http') {
    return {
      DestinationId: destinationId,
      HttpEndpointDestinationDescription: description as HttpEndpointDestinationDescription,
    }
  }
  if (settings.target.kind === 'iceberg') {
    return {
      DestinationId: destinationId,
      IcebergDestinationDescription: description as IcebergDestinationDescription,
    }
  }
  const s3 = description as unknown as ExtendedS3DestinationDescription
  return {
    DestinationId: destinationId,
    S3DestinationDescription: toS3Description(s3),
    ExtendedS3DestinationDescription: s3,
  }
}

async function describedS3(
  description: ExtendedS3DestinationDescription,
  ctx: Context,
): Promise<Described> {
  const settings = toSettings(description, ctx)
  await checkRoles(ctx, s3Roles(description))
  return { description: { ...description }, settings }
}

async function describedEndpoint(
  description: HttpEndpointDestinationDescription,
  accessKey: string | undefined,
  ctx: Context,
): Promise<Described> {
  const settings = toEndpointSettings(description, accessKey)
  await checkRoles(ctx, endpointRoles(description))
  return { description: { ...description }, settings }
}

async function describedIceberg(
  description: IcebergDestinationDescription,
  ctx: Context,
): Promise<Described> {
  const settings = toTablesSettings(description, ctx)
  await checkRoles(ctx, icebergRoles(description))
  return { description: { ...description }, settings }
}

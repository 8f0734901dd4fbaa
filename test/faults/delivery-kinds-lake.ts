import {
  CreateDeliveryStreamCommand,
  type CreateDeliveryStreamCommandInput,
} from '@aws-sdk/client-firehose'
import { CreateDatabaseCommand } from '@aws-sdk/client-glue'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import {
  account,
  Bucket,
  createRole,
  extracting,
  roleArn,
  select,
  type clients,
} from './delivery-lake.ts'

/** With a backup of all records, with records that fail, to an endpoint, and by key into a table. */
export const kinds = ['copied', 'failing', 'posted', 'latest'] as const
export type Kind = (typeof kinds)[number]
export const lanes = [
  'copied/target',
  'copied/backup',
  'failing/target',
  'posted/target',
  'latest/target',
] as const

/** Every third record of `failing` lacks what it is divided by. */
export const fails = (id: number): boolean => id % 3 === 0

/** Records of `latest` have one of so many keys; every eleventh removes the row of its key. */
export const keyCount = 53
export const keyOf = (id: number): number => id % keyCount
export const removes = (id: number): boolean => id % 11 === 0

export function recordOf(name: Kind, id: number): string {
  if (name === 'failing') return fails(id) ? `{"id":${id}}\n` : `{"id":${id},"k":"k${id % 2}"}\n`
  if (name !== 'latest') return `{"id":${id}}\n`
  return `{"id":${id},"key":${keyOf(id)},"op":"${removes(id) ? 'delete' : 'update'}"}\n`
}

export async function setUp(all: ReturnType<typeof clients>, endpoint: string): Promise<void> {
  await all.s3.send(new CreateBucketCommand({ Bucket }))
  await createRole(all.iam)
  await all.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'd' } }))
  await select(
    all.athena,
    `CREATE TABLE d.latest (key int, id int) LOCATION 's3://${Bucket}/latest/' TBLPROPERTIES ('table_type'='ICEBERG', 'boathouse.hot-tail'='false')`,
  )
  for (const [DeliveryStreamName, input] of Object.entries(inputs(endpoint))) {
    await all.firehose.send(new CreateDeliveryStreamCommand({ DeliveryStreamName, ...input }))
  }
}

function inputs(Url: string): Readonly<Record<Kind, Partial<CreateDeliveryStreamCommandInput>>> {
  const place = { RoleARN: roleArn, BucketARN: `arn:aws:s3:::${Bucket}` }
  const BufferingHints = { SizeInMBs: 64, IntervalInSeconds: 0 }
  const toS3 = {
    ...place,
    BufferingHints,
    ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
  }
  const table = { DestinationDatabaseName: 'd', DestinationTableName: 'latest' }
  return {
    copied: {
      ExtendedS3DestinationConfiguration: {
        ...toS3,
        Prefix: 'copied/!{timestamp:ss}/',
        S3BackupMode: 'Enabled',
        S3BackupConfiguration: { ...place, BufferingHints, Prefix: 'backup/' },
      },
    },
    failing: {
      ExtendedS3DestinationConfiguration: {
        ...toS3,
        Prefix: 'failing/!{partitionKeyFromQuery:k}/',
        ErrorOutputPrefix: 'failed/!{firehose:error-output-type}/',
        DynamicPartitioningConfiguration: { Enabled: true },
        ...extracting('{k}'),
      },
    },
    posted: {
      HttpEndpointDestinationConfiguration: {
        EndpointConfiguration: { Url },
        BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
        RoleARN: roleArn,
        RetryOptions: { DurationInSeconds: 7200 },
        S3Configuration: toS3,
      },
    },
    latest: {
      IcebergDestinationConfiguration: {
        RoleARN: roleArn,
        CatalogConfiguration: { CatalogARN: `arn:aws:glue:us-east-1:${account}:catalog` },
        BufferingHints,
        ProcessingConfiguration: extracting('{operation: .op}').ProcessingConfiguration,
        DestinationTableConfigurationList: [{ ...table, UniqueKeys: ['key'] }],
        S3Configuration: toS3,
      },
    },
  }
}

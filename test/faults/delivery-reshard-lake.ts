import {
  CreateDeliveryStreamCommand,
  type CreateDeliveryStreamCommandInput,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose'
import { CreateDatabaseCommand } from '@aws-sdk/client-glue'
import { CreateStreamCommand, DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis'
import { CreateFunctionCommand } from '@aws-sdk/client-lambda'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { zip } from '../wire/lambda-fixture.ts'
import {
  account,
  Bucket,
  createRole,
  extracting,
  processor,
  roleArn,
  select,
  transformCode,
  type clients,
} from './delivery-lake.ts'

export const sourceName = 'wide'
export const shardCount = 64

/** Objects of GZIP: as they came, through a function, and divided by jq. */
export const packedStreams = ['packed', 'transformed', 'divided'] as const
/** The newest record of each key, in a table. */
export const upserts = 'latest'

/** A stream of many shards, and what reads it. */
export async function setUp(all: ReturnType<typeof clients>): Promise<void> {
  const { s3, iam, glue, athena, kinesis, firehose, lambda } = all
  await s3.send(new CreateBucketCommand({ Bucket }))
  await createRole(iam)
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'd' } }))
  await select(
    athena,
    `CREATE TABLE d.${upserts} (key string, id int) LOCATION 's3://${Bucket}/${upserts}/' TBLPROPERTIES ('table_type'='ICEBERG', 'boathouse.hot-tail'='false')`,
  )
  const created = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'transforms',
      Role: roleArn,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 120,
      Code: { ZipFile: await zip({ 'index.mjs': transformCode }) },
    }),
  )
  await kinesis.send(new CreateStreamCommand({ StreamName: sourceName, ShardCount: shardCount }))
  const { StreamDescriptionSummary } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName: sourceName }),
  )
  const KinesisStreamARN = StreamDescriptionSummary!.StreamARN!
  for (const [DeliveryStreamName, input] of Object.entries(inputs(created.FunctionArn!))) {
    await firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName,
        DeliveryStreamType: 'KinesisStreamAsSource',
        KinesisStreamSourceConfiguration: { KinesisStreamARN, RoleARN: roleArn },
        ...input,
      }),
    )
  }
}

function inputs(
  LambdaArn: string,
): Readonly<Record<string, Partial<CreateDeliveryStreamCommandInput>>> {
  const place = { RoleARN: roleArn, BucketARN: `arn:aws:s3:::${Bucket}` }
  const ErrorOutputPrefix = `errors/!{firehose:error-output-type}/`
  const BufferingHints = { SizeInMBs: 64, IntervalInSeconds: 0 }
  const toS3 = (Prefix: string, more: Partial<ExtendedS3DestinationConfiguration>) => ({
    ExtendedS3DestinationConfiguration: {
      ...place,
      Prefix,
      ErrorOutputPrefix,
      BufferingHints,
      CompressionFormat: 'GZIP' as const,
      ...more,
    },
  })
  const table = { DestinationDatabaseName: 'd', DestinationTableName: upserts }
  const { ProcessingConfiguration } = extracting('{operation: "update"}')
  return {
    packed: toS3('packed/', {}),
    transformed: toS3('transformed/', processor('Lambda', { LambdaArn, RoleArn: roleArn })),
    divided: toS3('divided/!{partitionKeyFromQuery:k}/', {
      DynamicPartitioningConfiguration: { Enabled: true },
      ...extracting('{k: .key}'),
    }),
    [upserts]: {
      IcebergDestinationConfiguration: {
        RoleARN: roleArn,
        CatalogConfiguration: { CatalogARN: `arn:aws:glue:us-east-1:${account}:catalog` },
        BufferingHints,
        ProcessingConfiguration,
        DestinationTableConfigurationList: [{ ...table, UniqueKeys: ['key'] }],
        S3Configuration: { ...place, ErrorOutputPrefix },
      },
    },
  }
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { AthenaClient, GetQueryResultsCommand } from '@aws-sdk/client-athena'
import {
  CreateDeliveryStreamCommand,
  FirehoseClient,
  type CreateDeliveryStreamCommandInput,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose'
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
} from '@aws-sdk/client-kinesis'
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { FlushStep } from '#ingestion/delivery'
import { runQuery } from '../harness/athena-query.ts'
import { testCredentials } from '../harness/index.ts'
import { zip } from '../wire/lambda-fixture.ts'
import { createServiceRole } from '../harness/service-role.ts'

const script = fileURLToPath(new URL('delivery-server.ts', import.meta.url))
export const Bucket = 'delivered'
/** The Kinesis stream that the delivery stream `kinesis` reads. */
export const sourceName = 'source'
export const account = '123456789012'
export const roleArn = `arn:aws:iam::${account}:role/delivers`

export const allStreams = [
  'lines',
  'parquet',
  'divided',
  'iceberg',
  'lambda',
  'lambda-keys',
  'kinesis',
] as const
export type StreamName = (typeof allStreams)[number]

export interface Running {
  readonly endpoint: string
  readonly exited: Promise<unknown>
  kill(): Promise<void>
}

/** A server of its own process; with `kill` it ends itself when all these lanes (`stream/lane`) have come through that step, some batches on. */
export async function startServer(
  dataDir: string,
  kill?: { readonly step: FlushStep; readonly lanes: readonly string[] },
): Promise<Running> {
  const more = kill ? [kill.step, ...kill.lanes] : []
  const child = spawn(process.execPath, ['--conditions=source', script, dataDir, ...more], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  // It may be killed while it still starts: then it delivers what the last one left.
  const first = await Promise.race([once(lines, 'line'), exited.then(() => undefined)])
  return {
    endpoint: first ? String(first[0]) : 'http://127.0.0.1:1',
    exited,
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

export function clients(endpoint: string) {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: testCredentials,
    maxAttempts: 1,
    forcePathStyle: true,
  }
  return {
    firehose: new FirehoseClient(config),
    s3: new S3Client(config),
    glue: new GlueClient(config),
    iam: new IAMClient(config),
    athena: new AthenaClient(config),
    kinesis: new KinesisClient(config),
    lambda: new LambdaClient(config),
  }
}

/** Hands on what it is given, and says which folder it belongs to. */
export const transformCode = `
export const handler = async ({ records }) => ({
  records: records.map(({ recordId, data }) => ({
    recordId,
    data,
    result: 'Ok',
    metadata: { partitionKeys: { k: String(JSON.parse(Buffer.from(data, 'base64')).id % 5) } },
  })),
})`

/** A bucket, a role, tables, a function, a stream, and the delivery streams. */
export async function setUp(endpoint: string): Promise<void> {
  const { firehose, s3, glue, athena, kinesis, lambda, iam } = clients(endpoint)
  await s3.send(new CreateBucketCommand({ Bucket }))
  await createRole(iam)
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'd' } }))
  const table = {
    Name: 't',
    PartitionKeys: [{ Name: 'second', Type: 'string' }],
    StorageDescriptor: {
      Location: `s3://${Bucket}/parquet/`,
      Columns: [{ Name: 'id', Type: 'int' }],
    },
  }
  await glue.send(new CreateTableCommand({ DatabaseName: 'd', TableInput: table }))
  await select(
    athena,
    `CREATE TABLE d.iceberg (id int) LOCATION 's3://${Bucket}/iceberg/' TBLPROPERTIES ('table_type'='ICEBERG', 'boathouse.hot-tail'='false')`,
  )
  const created = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'transforms',
      Role: roleArn,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 30,
      Code: { ZipFile: await zip({ 'index.mjs': transformCode }) },
    }),
  )
  await kinesis.send(new CreateStreamCommand({ StreamName: sourceName, ShardCount: 2 }))
  const { StreamDescriptionSummary } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName: sourceName }),
  )
  const inputs = deliveryStreams(created.FunctionArn!, StreamDescriptionSummary!.StreamARN!)
  for (const [DeliveryStreamName, input] of Object.entries(inputs)) {
    await firehose.send(new CreateDeliveryStreamCommand({ DeliveryStreamName, ...input }))
  }
}

export async function createRole(iam: IAMClient): Promise<void> {
  await createServiceRole(iam, {
    name: 'delivers',
    services: ['firehose', 'lambda'],
    actions: ['s3:*', 'glue:*', 'kinesis:*', 'lambda:InvokeFunction', 'logs:*'],
  })
}

function deliveryStreams(
  functionArn: string,
  KinesisStreamARN: string,
): Readonly<Record<StreamName, Partial<CreateDeliveryStreamCommandInput>>> {
  const place = { RoleARN: roleArn, BucketARN: `arn:aws:s3:::${Bucket}` }
  const ErrorOutputPrefix = `errors/!{firehose:error-output-type}/`
  const BufferingHints = { SizeInMBs: 64, IntervalInSeconds: 0 }
  const toS3 = (
    Prefix: string,
    more: Partial<ExtendedS3DestinationConfiguration> = {},
  ): Partial<CreateDeliveryStreamCommandInput> => ({
    ExtendedS3DestinationConfiguration: {
      ...place,
      Prefix,
      ErrorOutputPrefix,
      BufferingHints,
      ...more,
    },
  })
  const DynamicPartitioningConfiguration = { Enabled: true }
  const calling = processor('Lambda', { LambdaArn: functionArn, RoleArn: roleArn })
  return {
    lines: toS3('lines/second=!{timestamp:ss}/'),
    parquet: toS3('parquet/second=!{timestamp:ss}/', {
      DataFormatConversionConfiguration: {
        SchemaConfiguration: { DatabaseName: 'd', TableName: 't', RoleARN: roleArn },
        InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
        OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
      },
    }),
    divided: toS3('divided/!{partitionKeyFromQuery:k}/', {
      DynamicPartitioningConfiguration,
      ...extracting('{k: (.id % 5)}'),
    }),
    iceberg: {
      IcebergDestinationConfiguration: {
        RoleARN: roleArn,
        CatalogConfiguration: { CatalogARN: `arn:aws:glue:us-east-1:${account}:catalog` },
        BufferingHints,
        DestinationTableConfigurationList: [
          { DestinationDatabaseName: 'd', DestinationTableName: 'iceberg' },
        ],
        S3Configuration: { ...place, ErrorOutputPrefix },
      },
    },
    lambda: toS3('lambda/!{timestamp:yyyyMMddHHmmss}/', calling),
    'lambda-keys': toS3('lambda-keys/!{partitionKeyFromLambda:k}/', {
      DynamicPartitioningConfiguration,
      ...calling,
    }),
    kinesis: {
      DeliveryStreamType: 'KinesisStreamAsSource',
      KinesisStreamSourceConfiguration: { KinesisStreamARN, RoleARN: roleArn },
      ...toS3('kinesis/!{timestamp:yyyyMMddHHmmss}/'),
    },
  }
}

/** Takes partition keys from records by a query of jq. */
export function extracting(
  MetadataExtractionQuery: string,
): Partial<ExtendedS3DestinationConfiguration> {
  return processor('MetadataExtraction', { MetadataExtractionQuery, JsonParsingEngine: 'JQ-1.6' })
}

export function processor(
  Type: 'Lambda' | 'MetadataExtraction',
  parameters: Readonly<Record<string, string>>,
): Partial<ExtendedS3DestinationConfiguration> {
  const Parameters = Object.entries(parameters).map(([name, ParameterValue]) => ({
    ParameterName: name as 'LambdaArn',
    ParameterValue,
  }))
  return { ProcessingConfiguration: { Enabled: true, Processors: [{ Type, Parameters }] } }
}

/** The rows of a statement, with its header if it has one. */
export async function select(
  athena: AthenaClient,
  sql: string,
): Promise<readonly (string | undefined)[]> {
  const outputLocation = `s3://${Bucket}/results/`
  const { QueryExecutionId } = await runQuery(athena, sql, { outputLocation })
  const values: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = await athena.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken }))
    for (const row of page.ResultSet!.Rows!) values.push(row.Data![0]?.VarCharValue)
    NextToken = page.NextToken
  } while (NextToken)
  return values
}

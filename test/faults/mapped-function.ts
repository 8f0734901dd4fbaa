import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
} from '@aws-sdk/client-kinesis'
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  LambdaClient,
  type CreateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { testCredentials } from '../harness/index.ts'
import { createServiceRole } from '../harness/service-role.ts'
import { zip } from '../wire/lambda-fixture.ts'

/** Each asks once: a server that is killed is not asked again. */
export function clients(endpoint: string) {
  const config = {
    endpoint,
    region: 'us-east-1',
    credentials: testCredentials,
    maxAttempts: 1,
    forcePathStyle: true,
  }
  return {
    iam: new IAMClient(config),
    kinesis: new KinesisClient(config),
    lambda: new LambdaClient(config),
    s3: new S3Client(config),
  }
}

/** Makes a stream, a function that is given its records from the start on, and a bucket for what it keeps, all of this name. */
export async function createMappedFunction(
  endpoint: string,
  name: string,
  options: {
    /** Of `index.mjs`, which exports `handler`. */
    readonly code: string
    readonly shardCount: number
    readonly mapping: Omit<
      CreateEventSourceMappingCommandInput,
      'FunctionName' | 'EventSourceArn' | 'StartingPosition'
    >
  },
): Promise<void> {
  const { code, shardCount, mapping } = options
  const { iam, kinesis, lambda, s3 } = clients(endpoint)
  const Role = await createServiceRole(iam, {
    name,
    services: ['lambda'],
    actions: ['s3:*', 'kinesis:*', 'logs:*'],
  })
  await s3.send(new CreateBucketCommand({ Bucket: name }))
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 30,
      Code: { ZipFile: await zip({ 'index.mjs': code }) },
    }),
  )
  await kinesis.send(new CreateStreamCommand({ StreamName: name, ShardCount: shardCount }))
  const { StreamDescriptionSummary } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName: name }),
  )
  await lambda.send(
    new CreateEventSourceMappingCommand({
      ...mapping,
      FunctionName: name,
      EventSourceArn: StreamDescriptionSummary!.StreamARN,
      StartingPosition: 'TRIM_HORIZON',
    }),
  )
}

import {
  CreateDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
  type CreateDeliveryStreamCommandInput,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { poll, startLake, type TestLake } from '../harness/index.ts'
import { createServiceRole } from '../harness/service-role.ts'

/** Lets a role do what deliveries ask of it, whatever they deliver. */
export const deliveryActions = [
  's3:*',
  'glue:*',
  'kinesis:*',
  'kms:*',
  'lambda:InvokeFunction',
  'logs:*',
]

/** A lake with a bucket and a role for deliveries, and what tests of them do again and again. */
export async function startFirehose(bucket: string) {
  return prepareFirehose(await startLake(), bucket)
}

/** The same in a lake that is there. */
export async function prepareFirehose(lake: TestLake, bucket: string) {
  const firehose = lake.client(FirehoseClient)
  const s3 = lake.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const roleArn = await createServiceRole(lake.client(IAMClient), {
    name: 'firehose',
    services: ['firehose'],
    actions: deliveryActions,
  })

  /** To the bucket, at once, unless the destination says otherwise. */
  const create = (
    name: string,
    destination: Partial<ExtendedS3DestinationConfiguration>,
    more: Partial<CreateDeliveryStreamCommandInput> = {},
  ) =>
    firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: name,
        ExtendedS3DestinationConfiguration: {
          RoleARN: roleArn,
          BucketARN: `arn:aws:s3:::${bucket}`,
          BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 },
          ...destination,
        },
        ...more,
      }),
    )

  const put = (name: string, records: readonly (string | Uint8Array)[]) =>
    firehose.send(
      new PutRecordBatchCommand({
        DeliveryStreamName: name,
        Records: records.map((data) => ({ Data: Buffer.from(data) })),
      }),
    )

  const keys = async (prefix: string): Promise<readonly string[]> => {
    const found: string[] = []
    let token: string | undefined
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
      )
      for (const { Key } of page.Contents ?? []) found.push(Key!)
      token = page.NextContinuationToken
    } while (token)
    return found
  }

  const body = async (key: string): Promise<Buffer> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
    return Buffer.from(await Body!.transformToByteArray())
  }

  /** The bytes of all objects under a prefix, one after another, once they are as wanted. */
  const delivered = (prefix: string, isComplete: (text: string) => boolean): Promise<string> =>
    poll(`objects under ${prefix}`, async () => {
      const bodies = await Promise.all((await keys(prefix)).map(body))
      const text = Buffer.concat(bodies).toString()
      return isComplete(text) ? text : undefined
    })

  return { lake, firehose, s3, roleArn, bucket, create, put, keys, body, delivered }
}

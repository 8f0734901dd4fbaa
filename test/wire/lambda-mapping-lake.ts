import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis'
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
} from '@aws-sdk/client-lambda'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import type { Config } from '#config'
import { ManualClock } from '#kit'
import { poll, startLake } from '../harness/index.ts'
import { lambdaOf, type Json } from './lambda-fixture.ts'

export const Bucket = 'batches'

/** Keeps each batch in the bucket; what fails, and how, is what the records say. */
export const code = `
import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3'
const s3 = new S3Client({ forcePathStyle: true })
let calls = 0
export const handler = async (event, { awsRequestId }) => {
  const texts = event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString())
  const Key = process.env.PREFIX + String(Date.now()).padStart(15, '0') + String(calls++).padStart(6, '0') + awsRequestId
  const bad = texts.findIndex((text) => text.includes('bad'))
  await s3.send(new PutObjectCommand({ Bucket: '${Bucket}', Key, Body: JSON.stringify({ texts, event }) }))
  if (texts.includes('hangs')) await new Promise((done) => setTimeout(done, 60_000))
  if (texts.includes('ends')) process.exit(7)
  if (texts.includes('swells')) for (const all = [];;) all.push(Buffer.alloc(20_000_000, 1))
  if (texts.includes('large')) return 'x'.repeat(7_000_000)
  if (texts.includes('stranger')) return { batchItemFailures: [{ itemIdentifier: 'nobody' }] }
  if (bad >= 0 && !process.env.REPORTS) throw new Error('bad record')
  return { batchItemFailures: bad < 0 ? [] : [{ itemIdentifier: event.Records[bad].kinesis.sequenceNumber }] }
}`

/** A lake with a bucket for batches, and what tests of mappings do again and again. */
export async function startMappings(config: Partial<Config> = {}) {
  const clock = new ManualClock(Date.now())
  const lake = await startLake(config, { clock })
  const lambda = await lambdaOf(lake, [
    'logs:*',
    's3:PutObject',
    'kinesis:*',
    'lambda:InvokeFunction',
  ])
  const kinesis = lake.client(KinesisClient)
  const s3 = lake.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket }))

  const stream = async (StreamName: string, ShardCount = 1): Promise<string> => {
    await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount }))
    const { StreamDescriptionSummary } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName }),
    )
    return StreamDescriptionSummary!.StreamARN!
  }

  const put = (
    StreamName: string,
    texts: readonly string[],
    key = (text: string): string => text,
  ) =>
    kinesis.send(
      new PutRecordsCommand({
        StreamName,
        Records: texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: key(text) })),
      }),
    )

  const map = (
    FunctionName: string,
    EventSourceArn: string,
    input: Partial<CreateEventSourceMappingCommandInput> = {},
  ) =>
    lambda.client.send(
      new CreateEventSourceMappingCommand({
        FunctionName,
        EventSourceArn,
        StartingPosition: 'TRIM_HORIZON',
        ...input,
      }),
    )

  /** A stream, a function of the same name, and a mapping between them. */
  const mapped = async (
    name: string,
    input: Partial<CreateEventSourceMappingCommandInput> = {},
    options: {
      readonly variables?: Readonly<Record<string, string>>
      readonly timeoutSeconds?: number
    } = {},
  ) => {
    const EventSourceArn = await stream(name)
    await lambda.create(name, code, {
      Timeout: options.timeoutSeconds ?? 20,
      Environment: { Variables: { PREFIX: `${name}/`, ...options.variables } },
    })
    return { EventSourceArn, map: () => map(name, EventSourceArn, input) }
  }

  /** The batches that the function of a mapping has seen, or the news of them, in their order. */
  const batches = async (Prefix: string): Promise<readonly Json[]> => {
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix }))
    return Promise.all(
      (Contents ?? []).map(async ({ Key }) => {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
        return JSON.parse(await Body!.transformToString()) as Json
      }),
    )
  }
  const seen = async (name: string) =>
    (await batches(`${name}/`)).flatMap(({ texts }) => texts as string[])
  const sees = async (name: string, count: number, deadlineMs = 120_000) => {
    let texts: readonly string[] = []
    const enough = async () => {
      texts = await seen(name)
      return texts.length >= count && texts
    }
    return poll(`${count} records at ${name}`, enough, { deadlineMs }).catch((error: Error) => {
      throw new Error(`${error.message}: there are ${texts}`)
    })
  }

  return { lake, clock, lambda, kinesis, stream, put, map, mapped, batches, seen, sees }
}

import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
} from '@aws-sdk/client-firehose'
import { CreateDatabaseCommand, CreateTableCommand } from '@aws-sdk/client-glue'
import { CreateRoleCommand, GetRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  PutRecordsCommand,
  type PutRecordsRequestEntry,
} from '@aws-sdk/client-kinesis'
import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3'
import { setTimeout as wait } from 'node:timers/promises'
import { Advice } from './advice.ts'
import { ask } from './answers.ts'
import type { Clients } from './clients.ts'
import type { ShopEvent } from './events.ts'

export interface QuickLake {
  readonly bucket: string
  readonly stream: string
  readonly database: string
  readonly delivery: string
}

const eventsPrefix = 'events/'
const deliveredWithinMs = 120_000
const activeWithinMs = 60_000
/** PutRecords takes 500 records at most. */
const batchSize = 500
const batchesInFlight = 4

/** Makes what is missing, and says what it made. */
export async function buildLake(
  clients: Clients,
  accountId: string,
  tell: (line: string) => void,
): Promise<QuickLake> {
  const lake: QuickLake = {
    bucket: `quickstart-lake-${accountId}`,
    stream: 'quickstart-events',
    database: 'quickstart',
    delivery: 'quickstart-delivery',
  }
  const made = async (what: string, work: Promise<unknown>, alreadyThere: readonly string[]) => {
    try {
      await work
      tell(`created ${what}`)
    } catch (error) {
      if (!alreadyThere.includes((error as Error).name)) {
        throw new Advice(
          `${what} could not be created`,
          'run it again; if it stays so, `rm -r .boathouse` starts from nothing',
          error,
        )
      }
      tell(`found ${what}`)
    }
  }
  const { glue, iam, kinesis, firehose } = clients
  await made(`bucket ${lake.bucket}`, createBucket(clients, lake.bucket), [
    'BucketAlreadyOwnedByYou',
  ])
  await made(
    `stream ${lake.stream} with 2 shards`,
    kinesis.send(new CreateStreamCommand({ StreamName: lake.stream, ShardCount: 2 })),
    ['ResourceInUseException'],
  )
  await made(
    `database ${lake.database}`,
    glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: lake.database } })),
    ['AlreadyExistsException'],
  )
  await made(
    `table ${lake.database}.events`,
    glue.send(
      new CreateTableCommand({ DatabaseName: lake.database, TableInput: eventsTable(lake) }),
    ),
    ['AlreadyExistsException'],
  )
  await made(
    'role quickstart-delivery',
    iam.send(
      new CreateRoleCommand({ RoleName: lake.delivery, AssumeRolePolicyDocument: firehoseTrust }),
    ),
    ['EntityAlreadyExistsException', 'EntityAlreadyExists'],
  )
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: lake.delivery,
      PolicyName: 'delivery',
      PolicyDocument: deliveryPolicy(lake),
    }),
  )
  const streamArn = await activeStream(clients, lake)
  const role = await iam.send(new GetRoleCommand({ RoleName: lake.delivery }))
  await made(
    `delivery stream ${lake.delivery}: JSON to Parquet`,
    firehose.send(new CreateDeliveryStreamCommand(deliveryInput(lake, streamArn, role.Role!.Arn!))),
    ['ResourceInUseException'],
  )
  await until('the delivery stream to be active', activeWithinMs, async () => {
    const { DeliveryStreamDescription: found } = await firehose.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName: lake.delivery }),
    )
    return found?.DeliveryStreamStatus === 'ACTIVE'
  })
  return lake
}

/** S3 answers to the owner that his bucket was created however often he asks: so look first. */
async function createBucket({ s3 }: Clients, bucket: string): Promise<void> {
  const { Buckets: own = [] } = await s3.send(new ListBucketsCommand({ Prefix: bucket }))
  if (own.some(({ Name: name }) => name === bucket)) {
    throw new BucketAlreadyOwnedByYou({ message: bucket, $metadata: {} })
  }
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
}

const firehoseTrust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'firehose.amazonaws.com' },
      Action: 'sts:AssumeRole',
    },
  ],
})

/** What Firehose asks of a role: https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html */
function deliveryPolicy({ bucket }: QuickLake): string {
  const allow = (Action: readonly string[], Resource: string) => ({
    Effect: 'Allow',
    Action,
    Resource,
  })
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      allow(['kinesis:GetShardIterator', 'kinesis:GetRecords'], '*'),
      allow(['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'], '*'),
      allow(['s3:PutObject'], `arn:aws:s3:::${bucket}/*`),
    ],
  })
}

function eventsTable(lake: QuickLake) {
  const column = (Name: string, Type: string) => ({ Name, Type })
  return {
    Name: 'events',
    TableType: 'EXTERNAL_TABLE',
    Parameters: { classification: 'parquet' },
    PartitionKeys: [column('day', 'string'), column('hour', 'string')],
    StorageDescriptor: {
      Location: `s3://${lake.bucket}/${eventsPrefix}`,
      InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
      SerdeInfo: {
        SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
      },
      Columns: [
        column('event_id', 'string'),
        column('at', 'timestamp'),
        column('kind', 'string'),
        column('customer', 'struct<id:int,country:string,device:string>'),
        column('product', 'string'),
        column('price', 'double'),
        column('quantity', 'int'),
      ],
    },
  }
}

function deliveryInput(lake: QuickLake, streamArn: string, roleArn: string) {
  return {
    DeliveryStreamName: lake.delivery,
    DeliveryStreamType: 'KinesisStreamAsSource' as const,
    KinesisStreamSourceConfiguration: { KinesisStreamARN: streamArn, RoleARN: roleArn },
    ExtendedS3DestinationConfiguration: {
      RoleARN: roleArn,
      BucketARN: `arn:aws:s3:::${lake.bucket}`,
      Prefix: `${eventsPrefix}day=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/`,
      ErrorOutputPrefix: 'errors/!{firehose:error-output-type}/',
      BufferingHints: { IntervalInSeconds: 2, SizeInMBs: 64 },
      DataFormatConversionConfiguration: {
        Enabled: true,
        InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
        OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
        SchemaConfiguration: {
          DatabaseName: lake.database,
          TableName: 'events',
          RoleARN: roleArn,
        },
      },
    },
  }
}

async function activeStream({ kinesis }: Clients, lake: QuickLake): Promise<string> {
  return until('the stream to be active', activeWithinMs, async () => {
    const { StreamDescriptionSummary: found } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamName: lake.stream }),
    )
    return found?.StreamStatus === 'ACTIVE' ? found.StreamARN : undefined
  })
}

/** Puts all events, a few batches at a time; what a shard refuses for now is sent again. */
export async function sendEvents(
  { kinesis }: Clients,
  lake: QuickLake,
  events: Iterable<ShopEvent>,
  progress: (done: number) => void,
): Promise<void> {
  const source = events[Symbol.iterator]()
  let done = 0
  const sendBatch = async (batch: readonly PutRecordsRequestEntry[]) => {
    let open = [...batch]
    let backoffMs = 50
    while (open.length > 0) {
      const answer = await kinesis.send(
        new PutRecordsCommand({ StreamName: lake.stream, Records: open }),
      )
      const refused = open.filter((_entry, at) => answer.Records?.[at]?.ErrorCode !== undefined)
      done += open.length - refused.length
      progress(done)
      open = refused
      if (open.length > 0) await wait(backoffMs)
      backoffMs = Math.min(backoffMs * 2, 2000)
    }
  }
  const worker = async () => {
    for (let batch = take(source); batch.length > 0; batch = take(source)) await sendBatch(batch)
  }
  await Promise.all(Array.from({ length: batchesInFlight }, worker))
}

function take(source: Iterator<ShopEvent>): PutRecordsRequestEntry[] {
  const batch: PutRecordsRequestEntry[] = []
  while (batch.length < batchSize) {
    const next = source.next()
    if (next.done) break
    batch.push({
      Data: Buffer.from(JSON.stringify(next.value)),
      PartitionKey: String(next.value.customer.id),
    })
  }
  return batch
}

/** How many events the table shows: its new partitions are added first. */
export async function rowCount(clients: Clients, lake: QuickLake): Promise<number> {
  await ask(clients, lake, 'MSCK REPAIR TABLE events')
  const { rows } = await ask(clients, lake, 'SELECT count(*) FROM events')
  return Number(rows[0]?.[0] ?? 0)
}

export async function waitUntilDelivered(
  clients: Clients,
  lake: QuickLake,
  expected: number,
): Promise<void> {
  let seen = 0
  await until(
    `${expected} events in the table`,
    deliveredWithinMs,
    async () => {
      const files = (await deliveredObjects(clients, lake)).reduce((sum, row) => sum + row.files, 0)
      if (files === seen) return undefined
      seen = files
      return (await rowCount(clients, lake)) >= expected ? true : undefined
    },
    `see what Firehose could not convert: aws s3 ls --recursive s3://${lake.bucket}/errors/`,
  )
}

export interface PartitionObjects {
  readonly partition: string
  readonly files: number
  readonly sizeBytes: number
}

/** The Parquet files by partition, as S3 lists them. */
export async function deliveredObjects(
  { s3 }: Clients,
  lake: QuickLake,
): Promise<PartitionObjects[]> {
  const partitions = new Map<string, { files: number; sizeBytes: number }>()
  let token: string | undefined
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: lake.bucket,
        Prefix: eventsPrefix,
        ContinuationToken: token,
      }),
    )
    for (const { Key: key = '', Size: size = 0 } of page.Contents ?? []) {
      const partition = key.slice(eventsPrefix.length, key.lastIndexOf('/'))
      const sum = partitions.get(partition) ?? { files: 0, sizeBytes: 0 }
      partitions.set(partition, { files: sum.files + 1, sizeBytes: sum.sizeBytes + size })
    }
    token = page.NextContinuationToken
  } while (token !== undefined)
  return [...partitions].map(([partition, sum]) => ({ partition, ...sum }))
}

async function until<T>(
  what: string,
  withinMs: number,
  look: () => Promise<T | undefined | false>,
  remedy = 'run it again; the log of the server is above',
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) {
      throw new Advice(`waited ${withinMs / 1000} s for ${what}`, remedy)
    }
    await wait(200)
  }
}

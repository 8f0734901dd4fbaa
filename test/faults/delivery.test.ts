import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import {
  CreateDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose'
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  GetPartitionsCommand,
  GlueClient,
} from '@aws-sdk/client-glue'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { flushSteps, type FlushStep } from '#ingestion/delivery'
import { silentLogger } from '#kit'
import { createDuckdbEngine } from '#processing/engine'
import { poll, testCredentials } from '../harness/index.ts'

const script = fileURLToPath(new URL('delivery-server.ts', import.meta.url))
const Bucket = 'delivered'
const streams = ['lines', 'parquet', 'divided', 'iceberg'] as const
/** How long the random kills go on: `BOATHOUSE_FAULT_SECONDS=300 npm test -- faults/delivery` for long. */
const faultSeconds = Number(process.env['BOATHOUSE_FAULT_SECONDS'] ?? 8)
const batchRecords = 20

interface Running {
  readonly endpoint: string
  readonly exited: Promise<unknown>
  kill(): Promise<void>
}

async function startServer(
  dataDir: string,
  kill?: { readonly at: number; readonly step: FlushStep },
): Promise<Running> {
  const more = kill ? [`${kill.at}`, kill.step] : []
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

function clients(endpoint: string) {
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
  }
}

async function setUp(endpoint: string): Promise<void> {
  const { firehose, s3, glue, iam, athena } = clients(endpoint)
  const roleArn = 'arn:aws:iam::123456789012:role/firehose'
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'firehose.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    ],
  }
  await s3.send(new CreateBucketCommand({ Bucket }))
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'firehose',
      AssumeRolePolicyDocument: JSON.stringify(trust),
    }),
  )
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
  const BufferingHints = { SizeInMBs: 64, IntervalInSeconds: 0 }
  const place = { RoleARN: roleArn, BucketARN: `arn:aws:s3:::${Bucket}` }
  const ErrorOutputPrefix = `errors/!{firehose:error-output-type}/`
  for (const name of ['lines', 'parquet', 'divided']) {
    await firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: name,
        ExtendedS3DestinationConfiguration: {
          ...place,
          Prefix:
            name === 'divided'
              ? 'divided/!{partitionKeyFromQuery:k}/'
              : `${name}/second=!{timestamp:ss}/`,
          ErrorOutputPrefix,
          BufferingHints,
          ...(name === 'divided' ? dividing : {}),
          ...(name === 'parquet'
            ? {
                DataFormatConversionConfiguration: {
                  SchemaConfiguration: { DatabaseName: 'd', TableName: 't', RoleARN: roleArn },
                  InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
                  OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
                },
              }
            : {}),
        },
      }),
    )
  }
  await firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: 'iceberg',
      IcebergDestinationConfiguration: {
        RoleARN: roleArn,
        CatalogConfiguration: { CatalogARN: 'arn:aws:glue:us-east-1:123456789012:catalog' },
        BufferingHints,
        DestinationTableConfigurationList: [
          { DestinationDatabaseName: 'd', DestinationTableName: 'iceberg' },
        ],
        S3Configuration: { ...place, ErrorOutputPrefix },
      },
    }),
  )
}

const dividing: Partial<ExtendedS3DestinationConfiguration> = {
  DynamicPartitioningConfiguration: { Enabled: true },
  ProcessingConfiguration: {
    Enabled: true,
    Processors: [
      {
        Type: 'MetadataExtraction',
        Parameters: [
          { ParameterName: 'MetadataExtractionQuery', ParameterValue: '{k: (.id % 5)}' },
          { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
        ],
      },
    ],
  },
}

/** The rows of a statement, with its header if it has one. */
async function select(athena: AthenaClient, sql: string): Promise<readonly (string | undefined)[]> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      ResultConfiguration: { OutputLocation: `s3://${Bucket}/results/` },
    }),
  )
  await poll(sql, async () => {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))
    const { State, StateChangeReason } = QueryExecution!.Status!
    assert.notEqual(State, 'FAILED', StateChangeReason)
    return State === 'SUCCEEDED'
  })
  const values: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = await athena.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken }))
    for (const row of page.ResultSet!.Rows!) values.push(row.Data![0]?.VarCharValue)
    NextToken = page.NextToken
  } while (NextToken)
  return values
}

/** What was sent, and of that what was acknowledged, by delivery stream. */
class Ledger {
  readonly sent = new Map<string, Set<number>>(streams.map((name) => [name, new Set()]))
  readonly acknowledged = new Map<string, Set<number>>(streams.map((name) => [name, new Set()]))
  #next = 0

  /** Sends until the server is gone. Nothing is sent twice: what was not acknowledged may or may not be there. */
  async send({ endpoint, exited }: Running, name: string): Promise<void> {
    const { firehose } = clients(endpoint)
    let isOver = false
    void exited.then(() => (isOver = true))
    for (;;) {
      const ids = Array.from({ length: batchRecords }, () => (this.#next += 1))
      for (const id of ids) this.sent.get(name)!.add(id)
      try {
        await firehose.send(
          new PutRecordBatchCommand({
            DeliveryStreamName: name,
            Records: ids.map((id) => ({ Data: Buffer.from(`{"id":${id}}\n`) })),
          }),
        )
      } catch {
        if (isOver) return
        await wait(20)
        continue
      }
      for (const id of ids) this.acknowledged.get(name)!.add(id)
    }
  }
}

/** Every id under the prefix of a delivery stream, as often as it is there. */
async function delivered(
  { s3, athena }: ReturnType<typeof clients>,
  name: string,
  folder: string,
): Promise<readonly number[]> {
  if (name === 'iceberg') {
    return (await select(athena, 'SELECT id FROM d.iceberg')).slice(1).map(Number)
  }
  const bodies: { readonly key: string; readonly bytes: Uint8Array }[] = []
  let token: string | undefined
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: `${name}/`, ContinuationToken: token }),
    )
    for (const { Key } of page.Contents ?? []) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
      bodies.push({ key: Key!, bytes: await Body!.transformToByteArray() })
    }
    token = page.NextContinuationToken
  } while (token)
  if (name !== 'parquet') {
    const objects = bodies.map(({ bytes }) =>
      Buffer.from(bytes)
        .toString()
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: number }).id),
    )
    for (const ids of objects) {
      assert.deepEqual(
        ids,
        ids.toSorted((a, b) => a - b),
        `the order of ${name} is kept`,
      )
    }
    return objects.flat()
  }
  if (bodies.length === 0) return []
  const inputs = await Promise.all(
    bodies.map(async ({ bytes }, index) => {
      const path = join(folder, `${index}.parquet`)
      await writeFile(path, bytes)
      return { name: `${index}.parquet`, path }
    }),
  )
  await using engine = createDuckdbEngine({
    folder: join(folder, 'engine'),
    processes: 1,
    log: silentLogger(),
  })
  const { rows } = await engine.run({
    inputs,
    statements: ["SELECT id FROM read_parquet('{in}/*.parquet')"],
    limits: { rowsMax: 10_000_000 },
  })
  return rows.map(([id]) => id as number)
}

/** Everything acknowledged is there once, and nothing is there twice or was never sent. */
async function count(dataDir: string, folder: string, ledger: Ledger): Promise<string> {
  let line = ''
  const server = await startServer(dataDir)
  try {
    const all = clients(server.endpoint)
    const { s3, glue } = all
    for (const name of streams) {
      const acknowledged = ledger.acknowledged.get(name)!
      assert.ok(acknowledged.size > 0, `something was acknowledged by ${name}`)
      const found = await poll(`the last records of ${name}`, async () => {
        const ids = await delivered(all, name, folder)
        const set = new Set(ids)
        return [...acknowledged].every((id) => set.has(id)) && ids
      })
      assert.equal(found.length, new Set(found).size, `nothing is twice in ${name}`)
      const sent = ledger.sent.get(name)!
      assert.ok(found.every((id) => sent.has(id)))
      const stored = new Set(found)
      const lost = [...acknowledged].filter((id) => !stored.has(id)).length
      const twice = found.length - stored.size
      line += `${name}: sent ${sent.size}, acknowledged ${acknowledged.size}, stored ${found.length}, lost ${lost}, twice ${twice}\n`
    }
    const errors = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'errors/' }))
    assert.equal(errors.KeyCount, 0)

    // The catalog knows the folder of each object, and no other.
    const objects = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'parquet/' }))
    const folders = new Set(objects.Contents!.map(({ Key }) => /second=(\d\d)/.exec(Key!)![1]))
    const { Partitions } = await glue.send(
      new GetPartitionsCommand({ DatabaseName: 'd', TableName: 't' }),
    )
    assert.deepEqual(
      Partitions!.map(({ Values }) => Values![0]).toSorted(),
      [...folders].toSorted(),
    )
    return line
  } finally {
    await server.kill()
  }
}

async function inFolder(work: (dataDir: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-delivery-'))
  const dataDir = join(folder, 'lake')
  try {
    const server = await startServer(dataDir)
    try {
      await setUp(server.endpoint)
    } finally {
      await server.kill()
    }
    await work(dataDir, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

test(`killed after each step of a delivery (${flushSteps.join(', ')}): every record is there once`, async (t) => {
  await inFolder(async (dataDir, folder) => {
    const ledger = new Ledger()
    for (const step of flushSteps) {
      const server = await startServer(dataDir, { at: 3, step })
      await Promise.all(streams.map((name) => ledger.send(server, name)))
      await server.exited
    }
    t.diagnostic(await count(dataDir, folder, ledger))
  })
})

test('killed at any moment during traffic: every record is there once', async (t) => {
  await inFolder(async (dataDir, folder) => {
    const ledger = new Ledger()
    const end = performance.now() + faultSeconds * 1000
    let kills = 0
    do {
      const server = await startServer(dataDir)
      const traffic = Promise.all(streams.map((name) => ledger.send(server, name)))
      await wait(200 + Math.random() * 2000)
      await server.kill()
      await traffic
      kills += 1
    } while (performance.now() < end)
    const lines = await count(dataDir, folder, ledger)
    t.diagnostic(`${kills} kills\n${lines}`)
  })
})

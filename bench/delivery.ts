import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
  PutRecordCommand,
  UpdateDestinationCommand,
} from '@aws-sdk/client-firehose'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { median, type Benchmark } from './benchmark.ts'
import { credentials, region, spawnBoathouse } from './boathouse.ts'
import type { MeasuredServer } from './child.ts'
import { startDuckdb } from './duckdb.ts'

const bucket = 'bench-delivery'
const rows = 200_000
/** Each of both, in turn, so that what else the machine does meets them alike. */
const rounds = 8
const perRequest = 500
const putsAtOnce = 4
const freshRounds = 40
const duckdbColumns =
  "{id: 'BIGINT', name: 'VARCHAR', city: 'VARCHAR', seen: 'TIMESTAMP', price: 'DOUBLE', count: 'INTEGER', ok: 'BOOLEAN', note: 'VARCHAR', code: 'VARCHAR'}"
const hiveColumns =
  'id bigint, name string, city string, seen timestamp, price double, count int, ok boolean, note string, code string'

/** What waits in a delivery stream becomes Parquet in a bucket; then how soon a record is seen by SQL. */
export const benchmark: Benchmark = {
  title: `Firehose: ${rows} JSON records to Parquet by a table's schema, and the time from a record's acknowledgement to the SQL that shows it`,
  async run() {
    const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
    try {
      await using lake = await openLake()
      const lines = Array.from({ length: rows }, (_, id) => line(id))
      // As for the peer, nothing of the time to start is in it.
      await lake.query('SELECT 1')
      await writeFile(join(folder, 'in.json'), lines.join(''))
      const copy = `COPY (SELECT * FROM read_json('${join(folder, 'in.json')}', format = 'newline_delimited', columns = ${duckdbColumns})) TO '${join(folder, 'out.parquet')}' (FORMAT parquet, COMPRESSION snappy)`
      await using plain = startDuckdb(2)
      const ours: number[] = []
      const alone: number[] = []
      let object: Uint8Array = new Uint8Array()
      // The first of both is not counted: code is compiled then.
      for (let round = 0; round <= rounds; round += 1) {
        const name = `bulk${round}`
        await lake.create(name, 900)
        await lake.putAll(name, lines)
        const before = cpuOfTree(lake.server)
        const key = await lake.deliver(name)
        if (round > 0) ours.push(cpuOfTree(lake.server) - before)
        object = await lake.read(key)
        const beforeAlone = plain.cpuSeconds()
        await plain.run([copy])
        if (round > 0) alone.push(plain.cpuSeconds() - beforeAlone)
      }
      const copied = await readFile(join(folder, 'out.parquet'))
      await writeFile(join(folder, 'delivered.parquet'), object)
      await plain.run([sameRows(join(folder, 'delivered.parquet'), join(folder, 'out.parquet'))])

      await lake.create('fresh', 1)
      const seen: number[] = []
      const nothing: number[] = []
      for (let id = 0; id < freshRounds; id += 1) {
        const { answered, shown } = await lake.freshness(id)
        seen.push(shown - answered)
        const started = performance.now()
        await lake.query('SELECT 1')
        nothing.push(performance.now() - started)
      }
      const quantile = (values: readonly number[], share: number) =>
        values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]!
      const spread = (values: readonly number[]) => [
        median(values),
        quantile(values, 0.9),
        Math.max(...values),
      ]
      return [
        {
          title: 'delivery, records per second of processor time',
          columns: ['records/CPU s', 'slowest quarter', 'quickest quarter', 'file, MB'],
          better: 'greater',
          rows: [
            {
              name: 'delivery',
              values: [...rates(ours), object.byteLength / 1e6],
              note: 'server and engine, to the committed object',
            },
            {
              name: 'DuckDB alone',
              values: [...rates(alone), copied.byteLength / 1e6],
              note: 'COPY with explicit columns',
            },
          ],
        },
        {
          title: `${freshRounds} records while deliveries go on, ms`,
          columns: ['median', '90 %', 'greatest'],
          better: 'smaller',
          rows: [
            {
              name: 'acknowledged to shown',
              values: spread(seen),
              note: 'one query, which always shows it',
            },
            { name: 'SELECT 1', values: spread(nothing), note: 'what any query takes' },
          ],
        },
      ]
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

/** Of the middle half of the rounds, the slowest quarter and the quickest: processor time is told in steps of ten milliseconds, of which a mean makes less. */
function rates(seconds: readonly number[]): readonly number[] {
  const sorted = seconds.toSorted((a, b) => b - a)
  const quarter = Math.floor(sorted.length / 4)
  const rate = (of: readonly number[]) => (rows * of.length) / of.reduce((sum, each) => sum + each)
  return [
    rate(sorted.slice(quarter, -quarter)),
    rate(sorted.slice(0, quarter)),
    rate(sorted.slice(-quarter)),
  ]
}

/** Fails unless both files hold the same rows. */
function sameRows(path: string, other: string): string {
  const both = `(SELECT count(*) FROM (SELECT * FROM '${path}' INTERSECT ALL SELECT * FROM '${other}'))`
  return `SELECT CASE WHEN ${both} <> ${rows} OR (SELECT count(*) FROM '${path}') <> ${rows} THEN error('not the same rows') END`
}

function line(id: number): string {
  return `{"id":${id},"name":"name of ${id}","city":"city ${id % 97}","seen":"2026-01-0${(id % 9) + 1} 03:04:05","price":${id / 7},"count":${id % 1000},"ok":${id % 2 === 0},"note":"a note that says a little about ${id}","code":"c-${id % 13}"}\n`
}

async function openLake() {
  const server = await spawnBoathouse()
  const config = { endpoint: `http://127.0.0.1:${server.port}`, region, credentials }
  const s3 = new S3Client({ ...config, forcePathStyle: true })
  const athena = new AthenaClient(config)
  const firehose = new FirehoseClient(config)
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const { Role } = await new IAMClient(config).send(
    new CreateRoleCommand({
      RoleName: 'firehose',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'firehose.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        ],
      }),
    }),
  )
  const RoleARN = Role!.Arn!
  await new IAMClient(config).send(
    new PutRolePolicyCommand({
      RoleName: 'firehose',
      PolicyName: 'delivers',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['s3:PutObject', 'glue:Get*'], Resource: '*' }],
      }),
    }),
  )
  const query = async (QueryString: string) => {
    const ResultConfiguration = { OutputLocation: `s3://${bucket}/results/` }
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({ QueryString, ResultConfiguration }),
    )
    for (;;) {
      const { QueryExecution } = await athena.send(
        new GetQueryExecutionCommand({ QueryExecutionId }),
      )
      const { State, StateChangeReason } = QueryExecution!.Status!
      if (State === 'FAILED') throw new Error(`${QueryString}: ${StateChangeReason}`)
      if (State === 'SUCCEEDED') break
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
    // Results of statements that are no queries have no rows.
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }))
    return ResultSet!.Rows!.slice(1).map((row) => row.Data![0]?.VarCharValue)
  }
  await query('CREATE DATABASE bench')
  const create = async (name: string, IntervalInSeconds: number) => {
    await query(
      `CREATE EXTERNAL TABLE bench.${name} (${hiveColumns}) STORED AS PARQUET LOCATION 's3://${bucket}/${name}/'`,
    )
    await firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: name,
        ExtendedS3DestinationConfiguration: {
          RoleARN,
          BucketARN: `arn:aws:s3:::${bucket}`,
          Prefix: `${name}/`,
          ErrorOutputPrefix: 'wrong/',
          BufferingHints: { SizeInMBs: 128, IntervalInSeconds },
          DataFormatConversionConfiguration: {
            SchemaConfiguration: { DatabaseName: 'bench', TableName: name, RoleARN },
            InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
            OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
          },
        },
      }),
    )
  }
  const put = async (DeliveryStreamName: string, lines: readonly string[]) => {
    const Records = lines.map((text) => ({ Data: Buffer.from(text) }))
    await firehose.send(new PutRecordBatchCommand({ DeliveryStreamName, Records }))
  }
  const putAll = async (name: string, lines: readonly string[]) => {
    let next = 0
    const puts = async () => {
      for (let at = next; at < lines.length; at = next) {
        next += perRequest
        await put(name, lines.slice(at, at + perRequest))
      }
    }
    await Promise.all(Array.from({ length: putsAtOnce }, puts))
  }
  /** Lets what waits go, and waits until it has gone: one object, whose key it gives back. Asks seldom, for asking costs the server too. */
  const deliver = async (DeliveryStreamName: string) => {
    const { DeliveryStreamDescription: found } = await firehose.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName }),
    )
    await firehose.send(
      new UpdateDestinationCommand({
        DeliveryStreamName,
        CurrentDeliveryStreamVersionId: found!.VersionId,
        DestinationId: found!.Destinations![0]!.DestinationId,
        ExtendedS3DestinationUpdate: { BufferingHints: { SizeInMBs: 128, IntervalInSeconds: 0 } },
      }),
    )
    for (;;) {
      const { Contents: found = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: `${DeliveryStreamName}/` }),
      )
      if (found.length > 0) return found[0]!.Key!
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  const read = async (Key: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
    return Body!.transformToByteArray()
  }
  const freshness = async (id: number) => {
    const Record = { Data: Buffer.from(line(id)) }
    await firehose.send(new PutRecordCommand({ DeliveryStreamName: 'fresh', Record }))
    const answered = performance.now()
    const found = await query(`SELECT id FROM bench.fresh WHERE id = ${id}`)
    if (found[0] !== String(id)) throw new Error(`the record ${id} was not shown`)
    return { answered, shown: performance.now() }
  }
  return {
    server,
    query,
    create,
    putAll,
    deliver,
    read,
    freshness,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/** Of the server and of the processes that it has started, those that have ended included: Linux only. */
function cpuOfTree(server: MeasuredServer): number {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const own = statOf(server.child.pid!)
  let seconds = server.cpuSeconds() + (Number(own[13]) + Number(own[14])) / 100
  for (const pid of children) {
    try {
      const fields = statOf(pid)
      if (Number(fields[1]) !== server.child.pid) continue
      seconds += (Number(fields[11]) + Number(fields[12])) / 100
    } catch {
      // It has ended meanwhile.
    }
  }
  return seconds
}

function statOf(pid: number | string): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

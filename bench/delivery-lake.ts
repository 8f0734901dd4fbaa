import { readFileSync, readdirSync } from 'node:fs'
import { AthenaClient, GetQueryResultsCommand } from '@aws-sdk/client-athena'
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  FirehoseClient,
  PutRecordBatchCommand,
  PutRecordCommand,
  UpdateDestinationCommand,
} from '@aws-sdk/client-firehose'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { credentials, region, spawnBoathouse } from './boathouse.ts'
import type { MeasuredServer } from './child.ts'
import { runQuery } from '../test/harness/athena-query.ts'
import { createServiceRole } from '../test/harness/service-role.ts'

const bucket = 'bench-delivery'
const perRequest = 500
const putsAtOnce = 4

/** A server with a bucket and a database, whose delivery streams convert to Parquet. */
export async function openLake() {
  const server = await spawnBoathouse()
  const config = { endpoint: `http://127.0.0.1:${server.port}`, region, credentials }
  const s3 = new S3Client({ ...config, forcePathStyle: true })
  const athena = new AthenaClient(config)
  const firehose = new FirehoseClient(config)
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const RoleARN = await createServiceRole(new IAMClient(config), {
    name: 'firehose',
    services: ['firehose'],
    actions: ['s3:PutObject', 'glue:Get*'],
  })
  const query = async (sql: string) => {
    const options = { outputLocation: `s3://${bucket}/results/`, intervalMs: 1 }
    const { QueryExecutionId } = await runQuery(athena, sql, options)
    // Results of statements that are no queries have no rows.
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }))
    return ResultSet!.Rows!.slice(1).map((row) => row.Data![0]?.VarCharValue)
  }
  await query('CREATE DATABASE bench')
  const create = async (name: string, columns: string, IntervalInSeconds: number) => {
    await query(
      `CREATE EXTERNAL TABLE bench.${name} (${columns}) STORED AS PARQUET LOCATION 's3://${bucket}/${name}/'`,
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
  const freshness = async (id: number, text: string) => {
    const Record = { Data: Buffer.from(text) }
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
export function cpuOfTree(server: MeasuredServer): number {
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

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteResourcePolicyCommand,
  DeleteTableCommand,
  GetTableCommand,
  GlueClient,
  PutResourcePolicyCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-glue'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'

const lanes = 4
const roundsPerLane = 250
/** Every so many rounds a change is followed by a query. */
const roundsPerQuery = 50

const statement = (Effect: string, Action: string, Resource: string, own: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource, ...own }] })

/** Each lane has a bucket, a table, a user of its own, and changes them one after the other. */
interface Lane {
  readonly bucket: string
  readonly table: string
  readonly user: string
  readonly userArn: string
  readonly s3: S3Client
  readonly glue: GlueClient
  /** What was acknowledged last: of the object, of the table's parameter, of its first column. */
  body: string
  note: string
  column: string
  /** Why the user is refused, if he is. */
  mayGet: boolean
  mayAsk: boolean
  mayAskByCatalog: boolean
}

/**
 * Much of what requests ask is kept in memory: rows of objects, buckets and tables, policies, whole answers. Here all of it changes while others read,
 * and whoever asks after a change was acknowledged has to see it.
 */
describe('what was acknowledged', () => {
  let own: AthenaLake
  let iam: IAMClient
  let glue: GlueClient
  const all: Lane[] = []
  let isOver = false

  before(async () => {
    own = await startAthenaLake()
    iam = own.lake.client(IAMClient)
    glue = own.lake.client(GlueClient)
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'shop' } }))
    for (let number = 0; number < lanes; number += 1) all.push(await laneOf(number))
  })
  after(() => own.lake.stop())

  const laneOf = async (number: number): Promise<Lane> => {
    const [bucket, table, user] = [`lane-${number}`, `t${number}`, `user${number}`]
    await own.s3.send(new CreateBucketCommand({ Bucket: bucket }))
    const { User } = await iam.send(new CreateUserCommand({ UserName: user }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: user }))
    const credentials = {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    }
    const lane: Lane = {
      bucket,
      table,
      user,
      userArn: User!.Arn!,
      s3: own.lake.client(S3Client, { credentials }),
      glue: own.lake.client(GlueClient, { credentials }),
      body: 'first',
      note: 'first',
      column: 'first',
      mayGet: true,
      mayAsk: false,
      mayAskByCatalog: true,
    }
    const PolicyDocument = statement('Allow', 's3:GetObject', '*')
    await iam.send(new PutUserPolicyCommand({ UserName: user, PolicyName: 's3', PolicyDocument }))
    await putObject(lane, 'first')
    await createTable(lane, 'first')
    return lane
  }

  const putObject = async (lane: Lane, Body: string) => {
    await own.s3.send(new PutObjectCommand({ Bucket: lane.bucket, Key: 'rows/a.csv', Body }))
    lane.body = Body
  }
  const tableInput = ({ table: Name, bucket, note }: Lane, column: string) => ({
    Name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { note },
    StorageDescriptor: {
      Columns: [{ Name: column, Type: 'string' }],
      Location: `s3://${bucket}/rows/`,
      InputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
      OutputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
      SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' },
    },
  })
  const createTable = async (lane: Lane, column: string) => {
    const TableInput = tableInput(lane, column)
    await glue.send(new CreateTableCommand({ DatabaseName: 'shop', TableInput }))
    lane.column = column
  }

  const getObject = async (client: S3Client, { bucket: Bucket }: Lane) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'rows/a.csv' }))
    return Body!.transformToString()
  }
  const getTable = async (client: GlueClient, { table: Name }: Lane) => {
    const { Table } = await client.send(new GetTableCommand({ DatabaseName: 'shop', Name }))
    return [Table!.Parameters!['note'], Table!.StorageDescriptor!.Columns![0]!.Name]
  }

  /** As the user sees it; where he may not, as the root does. */
  const checkObject = async (lane: Lane) => {
    if (!lane.mayGet) await assert.rejects(getObject(lane.s3, lane), { name: 'AccessDenied' })
    assert.equal(await getObject(lane.mayGet ? lane.s3 : own.s3, lane), lane.body)
  }
  const checkTable = async (lane: Lane) => {
    // By his own policy and the catalog's.
    const may = lane.mayAsk && lane.mayAskByCatalog
    if (!may) await assert.rejects(getTable(lane.glue, lane), { name: 'AccessDeniedException' })
    assert.deepEqual(await getTable(may ? lane.glue : glue, lane), [lane.note, lane.column])
  }

  /** One change of each kind, and what shows it. */
  const changes: readonly ((lane: Lane, round: number) => Promise<void>)[] = [
    async (lane, round) => {
      await putObject(lane, `${lane.bucket} ${round}`)
      await checkObject(lane)
    },
    async (lane) => {
      const { bucket: Bucket, userArn: AWS } = lane
      const principal = { Principal: { AWS } }
      const Policy = statement('Deny', 's3:GetObject', `arn:aws:s3:::${Bucket}/*`, principal)
      if (lane.mayGet) await own.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
      else await own.s3.send(new DeleteBucketPolicyCommand({ Bucket }))
      lane.mayGet = !lane.mayGet
      await checkObject(lane)
    },
    async (lane, round) => {
      lane.note = String(round)
      const TableInput = tableInput(lane, lane.column)
      await glue.send(new UpdateTableCommand({ DatabaseName: 'shop', TableInput }))
      await checkTable(lane)
    },
    async (lane) => {
      const of = { UserName: lane.user, PolicyName: 'glue' }
      const PolicyDocument = statement('Allow', 'glue:GetTable', '*')
      if (lane.mayAsk) await iam.send(new DeleteUserPolicyCommand(of))
      else await iam.send(new PutUserPolicyCommand({ ...of, PolicyDocument }))
      lane.mayAsk = !lane.mayAsk
      await checkTable(lane)
    },
    async (lane, round) => {
      await glue.send(new DeleteTableCommand({ DatabaseName: 'shop', Name: lane.table }))
      await assert.rejects(getTable(glue, lane), { name: 'EntityNotFoundException' })
      await createTable(lane, `c${round}`)
      await checkTable(lane)
    },
    async (lane) => {
      const { bucket: Bucket } = lane
      await own.s3.send(new DeleteObjectCommand({ Bucket, Key: 'rows/a.csv' }))
      await assert.rejects(getObject(own.s3, lane), { name: 'NoSuchKey' })
      await putObject(lane, lane.body)
      await checkObject(lane)
    },
    async (lane) => {
      // There is one for the whole catalog.
      if (lane !== all[0]) return checkTable(lane)
      const resource = 'arn:aws:glue:us-east-1:123456789012:*'
      const principal = { Principal: { AWS: lane.userArn } }
      const PolicyInJson = statement('Deny', 'glue:GetTable', resource, principal)
      if (lane.mayAskByCatalog) await glue.send(new PutResourcePolicyCommand({ PolicyInJson }))
      else await glue.send(new DeleteResourcePolicyCommand({}))
      lane.mayAskByCatalog = !lane.mayAskByCatalog
      return checkTable(lane)
    },
  ]

  const query = async (lane: Lane) => {
    const sql = `SELECT ${lane.column} FROM ${lane.table}`
    const more = {
      ResultReuseConfiguration: {
        ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 60 },
      },
    }
    const { QueryExecutionId, Status, ResultConfiguration } = await own.ended(
      await own.start(sql, more),
    )
    assert.equal(Status!.State, 'SUCCEEDED', Status!.StateChangeReason)
    assert.deepEqual(await own.rows(QueryExecutionId!), [[lane.body]])
    // The result is what lies in the bucket, whoever put it there.
    const [, , Bucket, ...key] = ResultConfiguration!.OutputLocation!.split('/')
    const Body = `"${lane.column}"\n"other ${lane.body}"\n`
    await own.s3.send(new PutObjectCommand({ Bucket, Key: key.join('/'), Body }))
    assert.deepEqual(await own.rows(QueryExecutionId!), [[`other ${lane.body}`]])
    assert.deepEqual(await own.run(sql, more), [[lane.body]])
  }

  /** Has everything kept in memory, at any moment. */
  const reading = async () => {
    const asks = all.flatMap((lane) => [
      () => getObject(own.s3, lane),
      () => getObject(lane.s3, lane),
      () => getTable(glue, lane),
      () => getTable(lane.glue, lane),
    ])
    while (!isOver) for (const ask of asks) await ask().catch(() => undefined)
  }

  it('is what everybody sees who asks later', async () => {
    const reader = reading()
    let rounds = 0
    const run = async (lane: Lane, number: number) => {
      for (let round = 0; round < roundsPerLane; round += 1) {
        await changes[(round + number) % changes.length]!(lane, round)
        if (round % roundsPerQuery === number) await query(lane)
        rounds += 1
      }
    }
    try {
      await Promise.all(all.map(run))
    } finally {
      isOver = true
      await reader
    }
    assert.equal(rounds, lanes * roundsPerLane)
  })
})

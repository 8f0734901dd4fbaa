import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetTableMetadataCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { IAMClient } from '@aws-sdk/client-iam'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { poll, startLake, type TestLake } from '#test/harness'
import { createUser, letUser } from '../harness/user.ts'

const Bucket = 'guarded-lake'
const results = 'guarded-results'
const objects = (prefix: string, bucket = Bucket) => `arn:aws:s3:::${bucket}/${prefix}`

/** https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html: what a query does is done as whoever sent it. */
describe('Athena and what its callers may do', () => {
  let lake: TestLake
  let s3: S3Client
  let root: AthenaClient
  let iam: IAMClient
  const glue = (...paths: string[]) =>
    paths.map((path) => `arn:aws:glue:us-east-1:${lake.accountId}:${path}`)
  const allow = (Action: string | string[], Resource: string | string[]) => ({
    Effect: 'Allow',
    Action,
    Resource,
  })
  const toQuery = () => [
    allow('athena:*', '*'),
    allow(['s3:PutObject', 's3:GetObject'], objects('*', results)),
  ]
  const toSee = (name: string) => [
    allow(
      ['glue:GetTable', 'glue:GetPartitions', 'glue:GetDatabase'],
      glue('catalog', 'database/shop', `table/shop/${name}`),
    ),
  ]
  const toRead = (prefix: string) => [
    allow('s3:ListBucket', `arn:aws:s3:::${Bucket}`),
    allow('s3:GetObject', objects(`${prefix}/*`)),
  ]

  const permit = (name: string, ...statements: object[]) => letUser(iam, name, statements)
  const userWith = async (name: string, ...statements: object[]): Promise<AthenaClient> =>
    lake.client(AthenaClient, { credentials: await createUser(iam, name, statements) })
  const start = async (athena: AthenaClient, QueryString: string) => {
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString,
        QueryExecutionContext: { Database: 'shop' },
        ResultConfiguration: { OutputLocation: `s3://${results}/` },
      }),
    )
    return QueryExecutionId!
  }
  const end = async (athena: AthenaClient, query: string) => {
    const QueryExecutionId = await start(athena, query)
    return poll(query, async () => {
      const { QueryExecution } = await athena.send(
        new GetQueryExecutionCommand({ QueryExecutionId }),
      )
      const { State, StateChangeReason } = QueryExecution!.Status!
      return State === 'SUCCEEDED' || State === 'FAILED'
        ? { id: QueryExecutionId, state: State, reason: StateChangeReason ?? '' }
        : undefined
    })
  }
  const done = async (athena: AthenaClient, query: string) => {
    const ended = await end(athena, query)
    assert.equal(ended.state, 'SUCCEEDED', `${query}: ${ended.reason}`)
    return ended.id
  }
  const refused = async (athena: AthenaClient, query: string, action: string) => {
    const { state, reason } = await end(athena, query)
    assert.equal(state, 'FAILED', query)
    assert.match(
      reason,
      new RegExp(`^PERMISSION_DENIED: .*not authorized to perform: ${action} on`),
    )
  }

  before(async () => {
    lake = await startLake()
    s3 = lake.client(S3Client)
    root = lake.client(AthenaClient)
    iam = lake.client(IAMClient)
    for (const name of [Bucket, results]) await s3.send(new CreateBucketCommand({ Bucket: name }))
    await done(root, 'CREATE DATABASE shop')
    for (const name of ['sales', 'wages']) {
      await s3.send(new PutObjectCommand({ Bucket, Key: `${name}/a.csv`, Body: '1,one\n2,two\n' }))
      await done(
        root,
        `CREATE EXTERNAL TABLE ${name} (id int, name string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://${Bucket}/${name}/'`,
      )
    }
    await done(
      root,
      `CREATE TABLE orders (id int) LOCATION 's3://${Bucket}/orders/' TBLPROPERTIES ('table_type' = 'ICEBERG')`,
    )
    await done(root, 'INSERT INTO orders VALUES (1), (2)')
  })
  after(() => lake.stop())

  it('reads what the catalog and the buckets let a caller read, and nothing else', async () => {
    const athena = await userWith('reader', ...toQuery())
    const count = 'SELECT count(*) FROM sales'
    await refused(athena, count, 'glue:GetTable')
    await permit('reader', ...toQuery(), ...toSee('sales'))
    await refused(athena, count, 's3:ListBucket')
    await permit('reader', ...toQuery(), ...toSee('sales'), allow('s3:ListBucket', '*'))
    await refused(athena, count, 's3:GetObject')
    await permit('reader', ...toQuery(), ...toSee('sales'), ...toRead('sales'))
    await done(athena, count)
    await done(athena, `SELECT "$path" FROM sales LIMIT 1`)
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html
    const listing = (prefix: string) => ({
      ...allow('s3:ListBucket', `arn:aws:s3:::${Bucket}`),
      Condition: { StringLike: { 's3:prefix': `${prefix}/*` } },
    })
    const toGet = allow('s3:GetObject', objects('sales/*'))
    await permit('reader', ...toQuery(), ...toSee('sales'), toGet, listing('wages'))
    await refused(athena, count, 's3:ListBucket')
    await permit('reader', ...toQuery(), ...toSee('sales'), toGet, listing('sales'))
    await done(athena, count)
    await refused(athena, 'SELECT * FROM sales JOIN wages ON sales.id = wages.id', 'glue:GetTable')
    await refused(athena, 'SELECT * FROM orders', 'glue:GetTable')
    await refused(athena, 'SELECT * FROM "orders$files"', 'glue:GetTable')
    await refused(athena, 'SHOW TABLES IN shop', 'glue:GetTables')
    await refused(athena, 'SELECT * FROM information_schema.tables', 'glue:GetDatabases')
    await refused(athena, 'EXPLAIN SELECT * FROM wages', 'glue:GetTable')
    await assert.rejects(
      athena.send(
        new GetTableMetadataCommand({
          CatalogName: 'AwsDataCatalog',
          DatabaseName: 'shop',
          TableName: 'wages',
        }),
      ),
      { name: 'MetadataException', message: /not authorized to perform: glue:GetTable/ },
    )
  })

  it('asks the policy of the bucket too, also for a view over a table', async () => {
    await done(root, 'CREATE VIEW paid AS SELECT id FROM wages')
    const athena = await userWith(
      'viewer',
      ...toQuery(),
      ...toSee('*'),
      allow(['s3:GetObject', 's3:ListBucket'], '*'),
    )
    await done(athena, 'SELECT * FROM paid')
    const deny = { Effect: 'Deny', Principal: '*', Action: 's3:GetObject' }
    const Statement = [{ ...deny, Resource: objects('wages/*') }]
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement })
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
    await refused(athena, 'SELECT * FROM paid', 's3:GetObject')
    await done(athena, 'SELECT * FROM sales')
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }))
  })

  it('writes only what a caller may write', async () => {
    const reads = [...toQuery(), ...toSee('*'), allow(['s3:GetObject', 's3:ListBucket'], '*')]
    const athena = await userWith('writer', ...reads)
    await refused(athena, 'CREATE DATABASE other', 'glue:CreateDatabase')
    await refused(athena, 'DROP TABLE wages', 'glue:DeleteTable')
    await refused(athena, `INSERT INTO sales VALUES (3, 'three')`, 's3:PutObject')
    await refused(athena, 'INSERT INTO orders VALUES (3)', 's3:PutObject')
    await refused(athena, 'DELETE FROM orders WHERE id = 1', 's3:PutObject')
    await refused(
      athena,
      `UNLOAD (SELECT * FROM sales) TO 's3://${Bucket}/out/' WITH (format = 'PARQUET')`,
      's3:PutObject',
    )
    await refused(athena, 'OPTIMIZE orders REWRITE DATA USING BIN_PACK', 'glue:UpdateTable')
    await refused(athena, 'VACUUM orders', 'glue:UpdateTable')
    await refused(athena, `ALTER TABLE orders ADD COLUMNS (more string)`, 'glue:UpdateTable')
    await refused(
      athena,
      `CREATE TABLE copy WITH (external_location = 's3://${Bucket}/copy/') AS SELECT * FROM sales`,
      '(?:glue:CreateTable|s3:PutObject)',
    )
    await permit(
      'writer',
      ...reads,
      allow('s3:PutObject', objects('orders/*')),
      allow('glue:UpdateTable', '*'),
    )
    await done(athena, 'INSERT INTO orders VALUES (3)')
    await done(athena, 'DELETE FROM orders WHERE id = 3')
    await refused(athena, `INSERT INTO sales VALUES (3, 'three')`, 's3:PutObject')
    await done(root, 'SELECT count(*) FROM wages')
  })

  it('reads what a KMS key encrypts, and writes under one, only for callers who may use the key', async () => {
    const kms = lake.client(KMSClient)
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
    const keyArn = KeyMetadata!.Arn!
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'sealed/a.csv',
        Body: '1,one\n',
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: keyArn,
      }),
    )
    await done(
      root,
      `CREATE EXTERNAL TABLE sealed (id int, name string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://${Bucket}/sealed/'`,
    )
    const statements = [...toQuery(), ...toSee('sealed'), ...toRead('sealed')]
    const athena = await userWith('keyed', ...statements)
    await refused(athena, 'SELECT * FROM sealed', 'kms:Decrypt')
    await permit('keyed', ...statements, allow('kms:Decrypt', keyArn))
    await done(athena, 'SELECT * FROM sealed')
  })

  it('writes results, and gives their rows, only where a caller may have them', async () => {
    const unable = await userWith('unable', allow('athena:*', '*'))
    await refused(unable, 'SELECT 1', 's3:PutObject')
    const QueryExecutionId = await done(root, 'SELECT 1')
    const results = new GetQueryResultsCommand({ QueryExecutionId })
    await assert.rejects(unable.send(results), {
      name: 'AccessDeniedException',
      message: /not authorized to perform: s3:GetObject on/,
    })
    await root.send(results)
  })
})

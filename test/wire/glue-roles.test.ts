import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  CreateCrawlerCommand,
  CreateDatabaseCommand,
  GetColumnStatisticsTaskRunCommand,
  GetCrawlerCommand,
  GetTablesCommand,
  GlueClient,
  StartColumnStatisticsTaskRunCommand,
  StartCrawlerCommand,
} from '@aws-sdk/client-glue'
import { IAMClient } from '@aws-sdk/client-iam'
import { poll } from '../harness/index.ts'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { createServiceRole, letRole } from '../harness/service-role.ts'

/* What Glue does in a role is what the role may do: https://docs.aws.amazon.com/glue/latest/dg/crawler-prereqs.html */
let fixture: AthenaLake
let glue: GlueClient
before(async () => {
  fixture = await startAthenaLake()
  glue = fixture.lake.client(GlueClient)
  await createServiceRole(fixture.lake.client(IAMClient), { name: 'worker', services: ['glue'] })
  await fixture.run('CREATE DATABASE shop')
})
after(() => fixture.lake.stop())

const may = (Action: string | readonly string[], Resource: string | readonly string[] = '*') => ({
  Effect: 'Allow',
  Action,
  Resource,
})
const letWorker = (...statements: object[]) =>
  letRole(fixture.lake.client(IAMClient), 'worker', statements)
const readsData = may('s3:GetObject', 'arn:aws:s3:::data/*')
const slow = { deadlineMs: 120_000 }

describe('the role of a crawler', () => {
  const tablesOf = async (DatabaseName: string) =>
    (await glue.send(new GetTablesCommand({ DatabaseName }))).TableList!.map(({ Name }) => Name)
  const crawl = async (Name: string) => {
    await glue.send(new StartCrawlerCommand({ Name }))
    return poll(
      `crawler ${Name}`,
      async () => {
        const { Crawler } = await glue.send(new GetCrawlerCommand({ Name }))
        return Crawler?.State === 'READY' && Crawler.LastCrawl
      },
      slow,
    )
  }
  const make = async (name: string) => {
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: name } }))
    await glue.send(
      new CreateCrawlerCommand({
        Name: name,
        Role: 'worker',
        DatabaseName: name,
        Targets: { S3Targets: [{ Path: 's3://data/logs/' }] },
      }),
    )
  }
  before(async () => {
    await fixture.put('logs/day=1/a.json', '{"id":1}\n')
    await fixture.put('logs/day=2/a.json', '{"id":2}\n')
  })

  it('may list by prefix only', async () => {
    await make('byprefix')
    const listsLogs = {
      ...may('s3:ListBucket', 'arn:aws:s3:::data'),
      Condition: { StringLike: { 's3:prefix': 'logs/*' } },
    }
    await letWorker(may('glue:*'), readsData, listsLogs)
    const done = await crawl('byprefix')
    assert.equal(done.Status, 'SUCCEEDED', done.ErrorMessage)
    assert.deepEqual(await tablesOf('byprefix'), ['logs'])
    const elsewhere = { ...listsLogs, Condition: { StringLike: { 's3:prefix': 'other/*' } } }
    await letWorker(may('glue:*'), readsData, elsewhere)
    const refused = await crawl('byprefix')
    assert.equal(refused.Status, 'FAILED')
    assert.match(refused.ErrorMessage!, /s3:ListBucket/)
  })

  it('decides what is written to the catalog', async () => {
    await make('written')
    const reads = [readsData, may('s3:ListBucket', 'arn:aws:s3:::data')]
    const glueReads = may(['glue:Get*', 'glue:BatchGet*'])
    await letWorker(...reads, glueReads)
    const refused = await crawl('written')
    assert.equal(refused.Status, 'FAILED')
    assert.match(refused.ErrorMessage!, /worker is not authorized to perform: glue:CreateTable/)
    assert.deepEqual(await tablesOf('written'), [])

    const base = `arn:aws:glue:us-east-1:${fixture.lake.accountId}:`
    const places = ['catalog', 'database/written', 'table/written/*'].map((each) => base + each)
    await letWorker(...reads, glueReads, may('glue:CreateTable', places))
    const half = await crawl('written')
    assert.match(half.ErrorMessage!, /glue:BatchCreatePartition/)
    await letWorker(
      ...reads,
      glueReads,
      may(['glue:CreateTable', 'glue:UpdateTable', 'glue:BatchCreatePartition'], places),
    )
    const done = await crawl('written')
    assert.equal(done.Status, 'SUCCEEDED', done.ErrorMessage)
    assert.deepEqual(await tablesOf('written'), ['logs'])
  })
})

describe('the role of column statistics', () => {
  const run = async (TableName = 'sales') => {
    const { ColumnStatisticsTaskRunId } = await glue.send(
      new StartColumnStatisticsTaskRunCommand({
        DatabaseName: 'shop',
        TableName,
        Role: 'worker',
      }),
    )
    return poll(
      'the run',
      async () => {
        const { ColumnStatisticsTaskRun } = await glue.send(
          new GetColumnStatisticsTaskRunCommand({ ColumnStatisticsTaskRunId }),
        )
        const state = ColumnStatisticsTaskRun!.Status!
        return state !== 'STARTING' && state !== 'RUNNING' && ColumnStatisticsTaskRun!
      },
      slow,
    )
  }
  before(async () => {
    await fixture.put('sales/a.csv', '1,10\n')
    await fixture.run(
      `CREATE EXTERNAL TABLE sales (id int, price int) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://data/sales/'`,
    )
  })

  it('decides what is read, and what is kept', async () => {
    const lists = {
      ...may('s3:ListBucket', 'arn:aws:s3:::data'),
      Condition: { StringLike: { 's3:prefix': 'sales/*' } },
    }
    const steps: readonly (readonly [RegExp | undefined, readonly object[]])[] = [
      [/glue:GetTable/, []],
      [/s3:ListBucket/, [may('glue:Get*')]],
      [/s3:GetObject/, [may('glue:Get*'), lists]],
      [/glue:UpdateColumnStatisticsForTable/, [may('glue:Get*'), lists, readsData]],
      [undefined, [may(['glue:Get*', 'glue:UpdateColumnStatisticsForTable']), lists, readsData]],
    ]
    for (const [refusal, statements] of steps) {
      await letWorker(may('logs:PutLogEvents'), ...statements)
      const done = await run()
      assert.equal(done.Status, refusal ? 'FAILED' : 'SUCCEEDED', done.ErrorMessage)
      if (refusal) assert.match(done.ErrorMessage!, refusal)
    }
  })

  it('decides what is written beside the files of an Iceberg table', async () => {
    await fixture.run(
      `CREATE TABLE ice WITH (table_type = 'ICEBERG', is_external = false, location = 's3://data/ice/') AS SELECT 1 AS a`,
    )
    const keeps = may(['glue:Get*', 'glue:UpdateColumnStatisticsForTable'])
    const lists = may('s3:ListBucket', 'arn:aws:s3:::data')
    const writes = may('s3:PutObject', 'arn:aws:s3:::data/ice/metadata/*')
    const steps: readonly (readonly [RegExp | undefined, readonly object[]])[] = [
      [/glue:UpdateTable/, []],
      [/s3:PutObject/, [may('glue:UpdateTable')]],
      [undefined, [may('glue:UpdateTable'), writes]],
    ]
    for (const [refusal, statements] of steps) {
      await letWorker(keeps, lists, readsData, ...statements)
      const done = await run('ice')
      assert.equal(done.Status, refusal ? 'FAILED' : 'SUCCEEDED', done.ErrorMessage)
      if (refusal) assert.match(done.ErrorMessage!, refusal)
    }
  })
})

import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  BatchGetCrawlersCommand,
  CreateClassifierCommand,
  CreateCrawlerCommand,
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteCrawlerCommand,
  GetClassifierCommand,
  GetCrawlerCommand,
  GetCrawlerMetricsCommand,
  GetPartitionsCommand,
  GetTablesCommand,
  GetTagsCommand,
  GlueClient,
  ListCrawlersCommand,
  ListCrawlsCommand,
  StartCrawlerCommand,
  StopCrawlerCommand,
  StopCrawlerScheduleCommand,
  UpdateCrawlerCommand,
  type LastCrawlInfo,
} from '@aws-sdk/client-glue'
import { IAMClient } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { poll, startLake, type TestLake } from '../harness/index.ts'
import { createServiceRole, letRole } from '../harness/service-role.ts'

describe('glue crawlers', () => {
  let lake: TestLake
  let glue: GlueClient
  let s3: S3Client
  const Bucket = 'crawled'
  const DatabaseName = 'found'
  const Role = 'arn:aws:iam::123456789012:role/service-role/crawler'
  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }))
  const named = (name: string) => (error: Error) => error.name === name
  const letCrawler = (...statements: object[]) =>
    letRole(lake.client(IAMClient), 'crawler', statements)
  const crawl = async (Name: string): Promise<LastCrawlInfo> => {
    await glue.send(new StartCrawlerCommand({ Name }))
    return poll(`crawler ${Name}`, async () => {
      const { Crawler } = await glue.send(new GetCrawlerCommand({ Name }))
      return Crawler?.State === 'READY' && Crawler.LastCrawl
    })
  }

  before(async () => {
    lake = await startLake()
    glue = lake.client(GlueClient)
    s3 = lake.client(S3Client)
    await createServiceRole(lake.client(IAMClient), {
      name: 'crawler',
      path: '/service-role/',
      services: ['glue'],
    })
    await letCrawler({ Effect: 'Allow', Action: ['s3:*', 'glue:*'], Resource: '*' })
    await s3.send(new CreateBucketCommand({ Bucket }))
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DatabaseName } }))
    await put('logs/2024/01/02/a.json', '{"id":1,"who":"x"}\n{"id":2,"who":"y"}\n')
    await put('logs/2024/01/03/a.json', '{"id":3,"who":"z"}\n')
  })
  after(() => lake.stop())

  it('refuses a role that does not trust it', async () => {
    await createServiceRole(lake.client(IAMClient), { name: 'closed', services: ['firehose'] })
    const Targets = { S3Targets: [{ Path: `s3://${Bucket}/logs/` }] }
    for (const name of ['closed', 'absent']) {
      await assert.rejects(
        glue.send(new CreateCrawlerCommand({ Name: name, Role: name, DatabaseName, Targets })),
        {
          name: 'InvalidInputException',
          message: "Service is unable to assume provided role. Please verify role's TrustPolicy",
        },
      )
    }
  })

  it('crawls a bucket, and tells of it', async () => {
    const Name = 'logs'
    await glue.send(
      new CreateCrawlerCommand({
        Name,
        Role,
        DatabaseName,
        Targets: { S3Targets: [{ Path: `s3://${Bucket}/logs/` }] },
        Schedule: 'cron(0 12 * * ? *)',
        Tags: { team: 'a' },
      }),
    )
    const last = await crawl(Name)
    assert.equal(last.Status, 'SUCCEEDED', last.ErrorMessage)
    const { TableList } = await glue.send(new GetTablesCommand({ DatabaseName }))
    assert.deepEqual(
      TableList?.map((table) => [table.Name, table.PartitionKeys?.length]),
      [['logs', 3]],
    )
    const { Partitions } = await glue.send(
      new GetPartitionsCommand({
        DatabaseName,
        TableName: 'logs',
        Expression: "partition_2 > '02'",
      }),
    )
    assert.deepEqual(
      Partitions?.map((partition) => partition.StorageDescriptor?.Location),
      [`s3://${Bucket}/logs/2024/01/03/`],
    )
    const { Crawler } = await glue.send(new GetCrawlerCommand({ Name }))
    // Terraform relies on the role's name with its path, whatever was given.
    assert.equal(Crawler?.Role, 'service-role/crawler')
    assert.equal(Crawler.Schedule?.State, 'SCHEDULED')
    assert.deepEqual(Crawler.SchemaChangePolicy, {
      UpdateBehavior: 'UPDATE_IN_DATABASE',
      DeleteBehavior: 'DEPRECATE_IN_DATABASE',
    })
    const metrics = await glue.send(new GetCrawlerMetricsCommand({ CrawlerNameList: [Name] }))
    assert.equal(metrics.CrawlerMetricsList?.[0]?.TablesCreated, 1)
    const { Crawls } = await glue.send(new ListCrawlsCommand({ CrawlerName: Name }))
    assert.equal(Crawls?.[0]?.State, 'COMPLETED')
    assert.match(Crawls[0].Summary!, /PARTITION/)
    const { Tags } = await glue.send(
      new GetTagsCommand({ ResourceArn: `arn:aws:glue:us-east-1:123456789012:crawler/${Name}` }),
    )
    assert.deepEqual(Tags, { team: 'a' })
    const mine = await glue.send(new ListCrawlersCommand({ Tags: { team: 'b' } }))
    assert.deepEqual(mine.CrawlerNames, [])
    await glue.send(new StopCrawlerScheduleCommand({ CrawlerName: Name }))
    await glue.send(new UpdateCrawlerCommand({ Name, Description: 'changed' }))
    const changed = await glue.send(new BatchGetCrawlersCommand({ CrawlerNames: [Name, 'nope'] }))
    assert.equal(changed.Crawlers?.[0]?.Version, 2)
    assert.deepEqual(changed.CrawlersNotFound, ['nope'])
    await assert.rejects(
      glue.send(new StopCrawlerCommand({ Name })),
      named('CrawlerNotRunningException'),
    )
    await glue.send(new DeleteCrawlerCommand({ Name }))
    await assert.rejects(
      glue.send(new GetCrawlerCommand({ Name })),
      named('EntityNotFoundException'),
    )
  })

  it('adds the partitions of a delivery to a table that is there', async () => {
    await glue.send(
      new CreateTableCommand({
        DatabaseName,
        TableInput: {
          Name: 'delivered',
          PartitionKeys: ['year', 'month', 'day'].map((Name) => ({ Name, Type: 'string' })),
          StorageDescriptor: {
            Location: `s3://${Bucket}/logs/`,
            Columns: [
              { Name: 'id', Type: 'int' },
              { Name: 'who', Type: 'string' },
            ],
          },
        },
      }),
    )
    await glue.send(
      new CreateCrawlerCommand({
        Name: 'delivered',
        Role,
        DatabaseName,
        Targets: { CatalogTargets: [{ DatabaseName, Tables: ['delivered'] }] },
        SchemaChangePolicy: { DeleteBehavior: 'LOG' },
      }),
    )
    const last = await crawl('delivered')
    assert.equal(last.Status, 'SUCCEEDED', last.ErrorMessage)
    const lines = await poll('the log of the crawl', async () => {
      const { events } = await lake.client(CloudWatchLogsClient).send(
        new FilterLogEventsCommand({
          logGroupName: last.LogGroup!,
          logStreamNames: [last.LogStream!],
          filterPattern: `"${last.MessagePrefix}"`,
        }),
      )
      return events?.some(({ message }) => message!.includes('finished running')) && events
    })
    assert.ok(lines.some(({ message }) => message!.includes('partitions created 2')))
    const { Partitions } = await glue.send(
      new GetPartitionsCommand({ DatabaseName, TableName: 'delivered' }),
    )
    assert.deepEqual(
      Partitions?.map((partition) => partition.Values?.join('/')),
      ['2024/01/02', '2024/01/03'],
    )
  })

  it('crawls by events, with a queue or without', async () => {
    const Name = 'by-events'
    const EventQueueArn = 'arn:aws:sqs:us-east-1:123456789012:changes'
    await put('feed/day=1/a.json', '{"id":1}')
    const Targets = { S3Targets: [{ Path: `s3://${Bucket}/feed/`, EventQueueArn }] }
    const RecrawlPolicy = { RecrawlBehavior: 'CRAWL_EVENT_MODE' as const }
    await glue.send(
      new CreateCrawlerCommand({ Name, Role, DatabaseName: 'events', Targets, RecrawlPolicy }),
    )
    const { Crawler } = await glue.send(new GetCrawlerCommand({ Name }))
    assert.equal(Crawler?.Targets?.S3Targets?.[0]?.EventQueueArn, EventQueueArn)
    assert.deepEqual(Crawler.RecrawlPolicy, RecrawlPolicy)
    await crawl(Name)
    const place = { DatabaseName: 'events', TableName: 'feed' }
    await put('feed/day=2/a.json', '{"id":2}')
    await crawl(Name)
    const { Partitions } = await glue.send(new GetPartitionsCommand(place))
    assert.equal(Partitions?.length, 2)
  })

  it('refuses targets and classifiers that it cannot read', async () => {
    const create = (Targets: object) =>
      glue.send(new CreateCrawlerCommand({ Name: 'no', Role, DatabaseName, Targets }))
    await assert.rejects(create({}), named('InvalidInputException'))
    await assert.rejects(
      create({ JdbcTargets: [{ Path: 'x', ConnectionName: 'c' }] }),
      named('InvalidInputException'),
    )
    await assert.rejects(
      glue.send(
        new CreateClassifierCommand({
          GrokClassifier: { Name: 'g', Classification: 'c', GrokPattern: '%{X}' },
        }),
      ),
      named('InvalidInputException'),
    )
    await glue.send(new CreateClassifierCommand({ CsvClassifier: { Name: 'csv', Delimiter: ';' } }))
    const { Classifier } = await glue.send(new GetClassifierCommand({ Name: 'csv' }))
    assert.equal(Classifier?.CsvClassifier?.Delimiter, ';')
    assert.equal(Classifier.CsvClassifier.Version, 1)
  })

  it('reads what its role may read', async () => {
    const Targets = { S3Targets: [{ Path: `s3://${Bucket}/bound/` }] }
    await put('bound/a.json', '{"id":1}\n')
    const all = { Effect: 'Allow', Action: ['s3:*', 'glue:*'], Resource: '*' }
    await glue.send(new CreateCrawlerCommand({ Name: 'bound', Role, DatabaseName, Targets }))
    await letCrawler({ ...all, Action: ['glue:*', 's3:GetObject'] })
    const blind = await crawl('bound')
    assert.equal(blind.Status, 'FAILED')
    assert.match(blind.ErrorMessage!, /not authorized to perform: s3:ListBucket on resource/)
    await letCrawler(all, { ...all, Effect: 'Deny', Action: 's3:GetObject' })
    const listing = await crawl('bound')
    assert.match(listing.ErrorMessage!, /not authorized to perform: s3:GetObject on resource/)
    await letCrawler(all)
    assert.equal((await crawl('bound')).Status, 'SUCCEEDED')
    await glue.send(new DeleteCrawlerCommand({ Name: 'bound' }))
  })
})

import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  BatchDeleteTableCommand,
  BatchGetPartitionCommand,
  BatchUpdatePartitionCommand,
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  CreateUserDefinedFunctionCommand,
  DeleteColumnStatisticsForTableCommand,
  DeleteDatabaseCommand,
  DeletePartitionCommand,
  GetCatalogImportStatusCommand,
  GetColumnStatisticsForTableCommand,
  GetDatabaseCommand,
  GetDatabasesCommand,
  GetPartitionCommand,
  GetPartitionIndexesCommand,
  GetPartitionsCommand,
  GetTableCommand,
  GetTableVersionsCommand,
  GetTablesCommand,
  GetTagsCommand,
  GetUserDefinedFunctionsCommand,
  GlueClient,
  DeleteResourcePolicyCommand,
  PutResourcePolicyCommand,
  SearchTablesCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateColumnStatisticsForTableCommand,
  UpdateTableCommand,
  type TableInput,
} from '@aws-sdk/client-glue'
import { startLake, type TestLake } from '../harness/index.ts'

describe('glue', () => {
  let lake: TestLake
  let glue: GlueClient
  const DatabaseName = 'sales'
  const TableName = 'orders'
  const table: TableInput = {
    Name: 'Orders',
    TableType: 'EXTERNAL_TABLE',
    Parameters: { classification: 'parquet' },
    PartitionKeys: [
      { Name: 'day', Type: 'date' },
      { Name: 'hour', Type: 'int', Comment: 'of the day' },
    ],
    StorageDescriptor: {
      Columns: [{ Name: 'id', Type: 'bigint' }],
      Location: 's3://b/orders/',
      SerdeInfo: { SerializationLibrary: 'x.Y', Parameters: { 'serialization.format': '1' } },
    },
  }
  const partition = (day: string, hour: string) => ({
    Values: [day, hour],
    StorageDescriptor: { Location: `s3://b/orders/${day}/${hour}/`, Columns: [] },
  })
  const named = (name: string, message?: string | RegExp) => (error: Error) => {
    assert.equal(error.name, name)
    if (typeof message === 'string') assert.equal(error.message, message)
    else if (message) assert.match(error.message, message)
    return true
  }

  before(async () => {
    lake = await startLake()
    glue = lake.client(GlueClient)
    await glue.send(
      new CreateDatabaseCommand({
        DatabaseInput: { Name: DatabaseName, Description: 'd', Parameters: { a: 'b' } },
        Tags: { team: 'one' },
      }),
    )
    await glue.send(new CreateTableCommand({ DatabaseName, TableInput: table }))
  })
  after(() => lake.stop())

  it('gives back a database with its catalog, and pages through all', async () => {
    const { Database } = await glue.send(new GetDatabaseCommand({ Name: 'SALES' }))
    assert.equal(Database?.Name, DatabaseName)
    assert.equal(Database.CatalogId, lake.accountId)
    assert.ok(Database.CreateTime instanceof Date)
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'a' } }))
    const first = await glue.send(new GetDatabasesCommand({ MaxResults: 1 }))
    assert.deepEqual(
      first.DatabaseList?.map((one) => one.Name),
      ['a'],
    )
    const second = await glue.send(new GetDatabasesCommand({ NextToken: first.NextToken! }))
    assert.deepEqual(
      second.DatabaseList?.map((one) => one.Name),
      [DatabaseName],
    )
    await glue.send(new DeleteDatabaseCommand({ Name: 'a' }))
  })

  it('answers with the errors of AWS', async () => {
    await assert.rejects(
      glue.send(new GetDatabaseCommand({ Name: 'nope' })),
      named('EntityNotFoundException', 'Database nope not found.'),
    )
    await assert.rejects(
      glue.send(new GetTableCommand({ DatabaseName, Name: 'nope' })),
      named('EntityNotFoundException', 'Entity Not Found'),
    )
    await assert.rejects(
      glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: DatabaseName } })),
      named('AlreadyExistsException', 'Database already exists.'),
    )
    await assert.rejects(
      glue.send(new GetDatabaseCommand({ Name: DatabaseName, CatalogId: '999999999999' })),
      named('AccessDeniedException'),
    )
    await assert.rejects(
      glue.send(new GetPartitionsCommand({ DatabaseName, TableName, Expression: 'nope = 1' })),
      named('InvalidInputException', 'Invalid partition expression!'),
    )
    await assert.rejects(
      glue.send(new GetTablesCommand({ DatabaseName, MaxResults: 101 })),
      named('ValidationException', /maxResults/i),
    )
    // https://github.com/apache/iceberg/issues/8636
    await assert.rejects(
      glue.send(new UpdateTableCommand({ DatabaseName, TableInput: table, VersionId: '7' })),
      named(
        'ConcurrentModificationException',
        'Update table failed due to concurrent modifications.',
      ),
    )
  })

  it('keeps a table, its versions, and its partition index', async () => {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName, Name: TableName }))
    assert.equal(Table?.Name, TableName)
    assert.equal(Table.VersionId, '0')
    assert.equal(Table.CreatedBy, `arn:aws:iam::${lake.accountId}:root`)
    assert.deepEqual(Table.PartitionKeys, table.PartitionKeys)
    assert.deepEqual(Table.StorageDescriptor?.BucketColumns, [])
    assert.deepEqual(Table.StorageDescriptor?.SerdeInfo, table.StorageDescriptor?.SerdeInfo)

    const indexed = { ...table, Name: 'indexed' }
    await glue.send(
      new CreateTableCommand({
        DatabaseName,
        TableInput: indexed,
        PartitionIndexes: [{ IndexName: 'by_day', Keys: ['day'] }],
      }),
    )
    await glue.send(
      new UpdateTableCommand({
        DatabaseName,
        TableInput: { ...indexed, Description: 'second' },
        VersionId: '0',
      }),
    )
    const versions = await glue.send(
      new GetTableVersionsCommand({ DatabaseName, TableName: 'indexed' }),
    )
    assert.deepEqual(
      versions.TableVersions?.map((one) => [one.VersionId, one.Table?.Description]),
      [
        ['1', 'second'],
        ['0', undefined],
      ],
    )
    const indexes = await glue.send(
      new GetPartitionIndexesCommand({ DatabaseName, TableName: 'indexed' }),
    )
    assert.deepEqual(indexes.PartitionIndexDescriptorList, [
      {
        IndexName: 'by_day',
        Keys: [{ Name: 'day', Type: 'date' }],
        IndexStatus: 'ACTIVE',
      },
    ])
    const found = await glue.send(new SearchTablesCommand({ SearchText: 'second' }))
    assert.deepEqual(
      found.TableList?.map((one) => one.Name),
      ['indexed'],
    )
    // awswrangler writes patterns with Hive's star.
    const listed = await glue.send(new GetTablesCommand({ DatabaseName, Expression: 'ind*' }))
    assert.deepEqual(
      listed.TableList?.map((one) => one.Name),
      ['indexed'],
    )
    const gone = await glue.send(
      new BatchDeleteTableCommand({ DatabaseName, TablesToDelete: ['indexed', 'nope'] }),
    )
    assert.deepEqual(
      gone.Errors?.map((one) => [one.TableName, one.ErrorDetail?.ErrorCode]),
      [['nope', 'EntityNotFoundException']],
    )
  })

  it('keeps partitions, one and many', async () => {
    await glue.send(
      new CreatePartitionCommand({
        DatabaseName,
        TableName,
        PartitionInput: partition('2024-01-01', '9'),
      }),
    )
    await assert.rejects(
      glue.send(
        new CreatePartitionCommand({
          DatabaseName,
          TableName,
          PartitionInput: partition('2024-01-01', '9'),
        }),
      ),
      named('AlreadyExistsException', 'Partition already exists.'),
    )
    const created = await glue.send(
      new BatchCreatePartitionCommand({
        DatabaseName,
        TableName,
        PartitionInputList: [
          partition('2024-01-01', '9'),
          partition('2024-01-01', '10'),
          partition('2024-01-02', '0'),
          { Values: ['2024-01-02'] },
        ],
      }),
    )
    assert.deepEqual(
      created.Errors?.map((one) => one.ErrorDetail?.ErrorCode),
      ['InvalidInputException', 'AlreadyExistsException'],
    )
    const { Partitions } = await glue.send(
      new GetPartitionsCommand({
        DatabaseName,
        TableName,
        Expression: "day = '2024-01-01' AND hour > 9",
        ExcludeColumnSchema: true,
      }),
    )
    assert.deepEqual(
      Partitions?.map((one) => one.Values),
      [['2024-01-01', '10']],
    )
    assert.equal(Partitions[0]!.StorageDescriptor?.Columns, undefined)

    const updated = await glue.send(
      new BatchUpdatePartitionCommand({
        DatabaseName,
        TableName,
        Entries: [
          {
            PartitionValueList: ['2024-01-01', '10'],
            PartitionInput: { ...partition('2024-01-01', '10'), Parameters: { n: '1' } },
          },
          { PartitionValueList: ['1999-01-01', '1'], PartitionInput: partition('1999-01-01', '1') },
        ],
      }),
    )
    assert.deepEqual(
      updated.Errors?.map((one) => one.ErrorDetail?.ErrorMessage),
      ['Cannot find partition.'],
    )
    const one = await glue.send(
      new GetPartitionCommand({ DatabaseName, TableName, PartitionValues: ['2024-01-01', '10'] }),
    )
    assert.deepEqual(one.Partition?.Parameters, { n: '1' })
    const many = await glue.send(
      new BatchGetPartitionCommand({
        DatabaseName,
        TableName,
        PartitionsToGet: [{ Values: ['2024-01-02', '0'] }, { Values: ['1999-01-01', '1'] }],
      }),
    )
    assert.equal(many.Partitions?.length, 1)
    assert.deepEqual(many.UnprocessedKeys, [])
    await glue.send(
      new DeletePartitionCommand({ DatabaseName, TableName, PartitionValues: ['2024-01-02', '0'] }),
    )
    const removed = await glue.send(
      new BatchDeletePartitionCommand({
        DatabaseName,
        TableName,
        PartitionsToDelete: [{ Values: ['2024-01-02', '0'] }, { Values: ['2024-01-01', '9'] }],
      }),
    )
    assert.equal(removed.Errors?.length, 1)
  })

  it('keeps statistics with their dates and bytes', async () => {
    const statistics = {
      ColumnName: 'id',
      ColumnType: 'decimal(5,2)',
      AnalyzedTime: new Date(1_700_000_000_000),
      StatisticsData: {
        Type: 'DECIMAL' as const,
        DecimalColumnStatisticsData: {
          MinimumValue: { UnscaledValue: new Uint8Array([1, 255]), Scale: 2 },
          NumberOfNulls: 0,
          NumberOfDistinctValues: 3,
        },
      },
    }
    await glue.send(
      new UpdateColumnStatisticsForTableCommand({
        DatabaseName,
        TableName,
        ColumnStatisticsList: [statistics],
      }),
    )
    const got = await glue.send(
      new GetColumnStatisticsForTableCommand({
        DatabaseName,
        TableName,
        ColumnNames: ['id', 'nope'],
      }),
    )
    const [found] = got.ColumnStatisticsList!
    assert.deepEqual(found?.AnalyzedTime, statistics.AnalyzedTime)
    const minimum = found?.StatisticsData?.DecimalColumnStatisticsData?.MinimumValue
    assert.deepEqual([...minimum!.UnscaledValue!], [1, 255])
    assert.deepEqual(
      got.Errors?.map((one) => one.ColumnName),
      ['nope'],
    )
  })

  // Trino clears the statistics of each column of a table that it makes, and takes an error for the table's absence:
  // https://github.com/trinodb/trino/blob/483/plugin/trino-hive/src/main/java/io/trino/plugin/hive/metastore/glue/GlueHiveMetastore.java
  it('clears the statistics of a column, whether there were any or not', async () => {
    const place = { DatabaseName, TableName }
    for (let time = 0; time < 2; time++) {
      await glue.send(new DeleteColumnStatisticsForTableCommand({ ...place, ColumnName: 'id' }))
      const { ColumnStatisticsList } = await glue.send(
        new GetColumnStatisticsForTableCommand({ ...place, ColumnNames: ['id'] }),
      )
      assert.deepEqual(ColumnStatisticsList, [])
    }
    await assert.rejects(
      glue.send(new DeleteColumnStatisticsForTableCommand({ ...place, ColumnName: 'nope' })),
      { name: 'EntityNotFoundException' },
    )
  })

  it('keeps tags, functions and what else clients ask for', async () => {
    const ResourceArn = `arn:aws:glue:us-east-1:${lake.accountId}:database/${DatabaseName}`
    await glue.send(new TagResourceCommand({ ResourceArn, TagsToAdd: { cost: '2' } }))
    await glue.send(new UntagResourceCommand({ ResourceArn, TagsToRemove: ['team'] }))
    assert.deepEqual((await glue.send(new GetTagsCommand({ ResourceArn }))).Tags, { cost: '2' })
    await assert.rejects(
      glue.send(new GetTagsCommand({ ResourceArn: `${ResourceArn}x` })),
      named('EntityNotFoundException'),
    )
    await glue.send(
      new CreateUserDefinedFunctionCommand({
        DatabaseName,
        FunctionInput: { FunctionName: 'f', ClassName: 'x.Y', OwnerType: 'USER' },
      }),
    )
    const functions = await glue.send(
      new GetUserDefinedFunctionsCommand({ DatabaseName, Pattern: '*' }),
    )
    assert.deepEqual(
      functions.UserDefinedFunctions?.map((one) => one.ClassName),
      ['x.Y'],
    )
    const status = await glue.send(new GetCatalogImportStatusCommand({}))
    assert.equal(status.ImportStatus?.ImportCompleted, true)
    const PolicyInJson = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Deny',
        Principal: '*',
        Action: 'glue:DeleteDatabase',
        Resource: `arn:aws:glue:us-east-1:${lake.accountId}:database/kept`,
      },
    })
    const put = await glue.send(new PutResourcePolicyCommand({ PolicyInJson }))
    assert.ok(put.PolicyHash)
    await assert.rejects(
      glue.send(new PutResourcePolicyCommand({ PolicyInJson, PolicyExistsCondition: 'NOT_EXIST' })),
      named('ConditionCheckFailureException'),
    )
    await assert.rejects(
      glue.send(new PutResourcePolicyCommand({ PolicyInJson: '{"Statement":"all"}' })),
      named('InvalidInputException'),
    )
    const Name = 'kept'
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }))
    await assert.rejects(
      glue.send(new DeleteDatabaseCommand({ Name })),
      named('AccessDeniedException'),
    )
    await glue.send(new DeleteResourcePolicyCommand({}))
    await glue.send(new DeleteDatabaseCommand({ Name }))
  })

  it('keeps two accounts apart', async () => {
    const key = await lake.addAccount('222222222222')
    const other = lake.client(GlueClient, { credentials: key })
    assert.deepEqual((await other.send(new GetDatabasesCommand({}))).DatabaseList, [])
  })
})

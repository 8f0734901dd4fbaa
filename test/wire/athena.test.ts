import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AthenaClient,
  BatchGetNamedQueryCommand,
  BatchGetQueryExecutionCommand,
  CreateNamedQueryCommand,
  CreatePreparedStatementCommand,
  CreateWorkGroupCommand,
  DeleteNamedQueryCommand,
  DeleteWorkGroupCommand,
  GetDataCatalogCommand,
  GetNamedQueryCommand,
  GetPreparedStatementCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetQueryRuntimeStatisticsCommand,
  GetTableMetadataCommand,
  GetWorkGroupCommand,
  ListDatabasesCommand,
  ListNamedQueriesCommand,
  ListQueryExecutionsCommand,
  ListTableMetadataCommand,
  ListTagsForResourceCommand,
  ListWorkGroupsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateNamedQueryCommand,
  UpdateWorkGroupCommand,
} from '@aws-sdk/client-athena'
import { GetObjectCommand } from '@aws-sdk/client-s3'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'

let lake: AthenaLake
before(async () => {
  lake = await startAthenaLake()
})
after(() => lake.lake.stop())

const refused = (name: string, message: RegExp) => (error: Error) => {
  assert.equal(error.name, name, error.message)
  assert.match(error.message, message)
  return true
}
const output = { ResultConfiguration: { OutputLocation: 's3://results/out/' } }

test('a query runs from its start to its result object', async () => {
  const id = await lake.start("SELECT 1 AS one, NULL AS nothing, 'a\"b,c' AS text")
  const execution = await lake.ended(id)
  assert.equal(execution.Status!.State, 'SUCCEEDED')
  assert.equal(execution.StatementType, 'DML')
  assert.equal(execution.WorkGroup, 'primary')
  assert.equal(execution.EngineVersion!.EffectiveEngineVersion, 'Athena engine version 3')
  assert.equal(execution.Statistics!.DataScannedInBytes, 0)
  assert.ok(execution.Status!.CompletionDateTime! >= execution.Status!.SubmissionDateTime!)
  const location = execution.ResultConfiguration!.OutputLocation
  assert.equal(location, `s3://results/out/${id}.csv`)
  const object = await lake.s3.send(
    new GetObjectCommand({ Bucket: 'results', Key: `out/${id}.csv` }),
  )
  // https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
  const csv = '"one","nothing","text"\n"1",,"a""b,c"\n'
  assert.equal(await object.Body!.transformToString(), csv)
  const { ResultSet, UpdateCount } = await lake.athena.send(
    new GetQueryResultsCommand({ QueryExecutionId: id }),
  )
  assert.equal(UpdateCount, 0)
  assert.deepEqual(ResultSet!.Rows![0]!.Data, [
    { VarCharValue: 'one' },
    { VarCharValue: 'nothing' },
    { VarCharValue: 'text' },
  ])
  assert.deepEqual(ResultSet!.Rows![1]!.Data, [
    { VarCharValue: '1' },
    {},
    { VarCharValue: 'a"b,c' },
  ])
  const { QueryRuntimeStatistics } = await lake.athena.send(
    new GetQueryRuntimeStatisticsCommand({ QueryExecutionId: id }),
  )
  assert.equal(QueryRuntimeStatistics!.Rows!.OutputRows, 1)
})

test('columns have the types that Athena reports', async () => {
  const id = await lake.start(`SELECT true AS b, 1 AS i, 10000000000 AS l, 1.50 AS d, 1e0 AS f,
    'ab' AS v, cast('ab' AS varchar) AS w, date '2024-01-01' AS day, timestamp '2024-01-01 00:00:00' AS ts,
    now() AS tz, array[1] AS a, map(array['k'], array[1]) AS m, row(1) AS r, x'61' AS bin, 1 + 1`)
  await lake.ended(id)
  const { ResultSet } = await lake.athena.send(new GetQueryResultsCommand({ QueryExecutionId: id }))
  const columns = ResultSet!.ResultSetMetadata!.ColumnInfo!
  assert.deepEqual(
    columns.map((c) => [c.Name, c.Type, c.Precision, c.Scale, c.CaseSensitive]),
    [
      ['b', 'boolean', 0, 0, false],
      ['i', 'integer', 10, 0, false],
      ['l', 'bigint', 19, 0, false],
      ['d', 'decimal', 3, 2, false],
      ['f', 'double', 17, 0, false],
      ['v', 'varchar', 2, 0, true],
      ['w', 'varchar', 2147483647, 0, true],
      ['day', 'date', 0, 0, false],
      ['ts', 'timestamp', 3, 0, false],
      ['tz', 'timestamp with time zone', 3, 0, false],
      ['a', 'array', 0, 0, false],
      ['m', 'map', 0, 0, false],
      ['r', 'row', 0, 0, false],
      ['bin', 'varbinary', 1073741824, 0, false],
      ['_col14', 'integer', 10, 0, false],
    ],
  )
  assert.ok(columns.every((column) => column.Nullable === 'UNKNOWN'))
})

test('results come in pages, to the last row', async () => {
  const id = await lake.start(
    "SELECT n, CASE WHEN n % 2 = 0 THEN 'a' || chr(10) || '\"' END AS t FROM UNNEST(sequence(1, 2500)) AS u(n)",
  )
  await lake.ended(id)
  const rows: (string | undefined)[][] = []
  let NextToken: string | undefined
  let pages = 0
  do {
    const page = await lake.athena.send(
      new GetQueryResultsCommand({ QueryExecutionId: id, MaxResults: 1000, NextToken }),
    )
    rows.push(...page.ResultSet!.Rows!.map((row) => row.Data!.map((datum) => datum.VarCharValue)))
    NextToken = page.NextToken
    pages++
  } while (NextToken)
  assert.equal(pages, 3)
  assert.deepEqual(
    rows,
    [['n', 't']].concat(
      Array.from({ length: 2500 }, (_, i) => [
        String(i + 1),
        ((i + 1) % 2 === 0 ? 'a\n"' : undefined) as string,
      ]),
    ),
  )
  await assert.rejects(
    lake.athena.send(new GetQueryResultsCommand({ QueryExecutionId: id, NextToken: 'x' })),
    refused('InvalidRequestException', /Next token is invalid/),
  )
})

test('what cannot be started is refused at once', async () => {
  const start = (QueryString: string, more: object = output) =>
    lake.athena.send(new StartQueryExecutionCommand({ QueryString, ...more }))
  await assert.rejects(
    start('SELEKT 1'),
    refused('InvalidRequestException', /^line 1:1: mismatched input 'SELEKT'. Expecting: /),
  )
  await assert.rejects(
    start('SELECT 1 FROM'),
    refused('InvalidRequestException', /^line 1:14: mismatched input '<EOF>'/),
  )
  await assert.rejects(
    start('ANALYZE t'),
    refused('InvalidRequestException', /Queries of this type are not supported/),
  )
  await assert.rejects(
    start('CREATE TABLE t AS SELEKT 1 AS a'),
    refused('InvalidRequestException', /^line 1:19: mismatched input 'SELEKT'/),
  )
  await assert.rejects(
    start('SELECT 1; SELECT 2'),
    refused('InvalidRequestException', /line 1:11: mismatched input 'SELECT'. Expecting: <EOF>/),
  )
  await assert.rejects(
    start('SELECT 1', {}),
    refused('InvalidRequestException', /^No output location provided/),
  )
  await assert.rejects(
    start('SELECT 1', { ResultConfiguration: { OutputLocation: 's3://no-such-bucket-here/' } }),
    refused('InvalidRequestException', /Unable to verify\/create output bucket/),
  )
  await assert.rejects(
    start('SELECT 1', { ...output, WorkGroup: 'none' }),
    refused('InvalidRequestException', /WorkGroup none is not found/),
  )
  await assert.rejects(
    lake.athena.send(new GetQueryExecutionCommand({ QueryExecutionId: 'no-such-id' })),
    refused('InvalidRequestException', /QueryExecution no-such-id was not found/),
  )
})

test('the engine reaches nothing but what the query names', async () => {
  for (const sql of [
    "SELECT * FROM read_text('/etc/passwd')",
    'SELECT * FROM "/etc/passwd"',
    "COPY (SELECT 1) TO '/tmp/x'",
    "ATTACH '/tmp/x.db'",
    'PRAGMA database_list',
    "SET memory_limit = '1TB'",
    'INSTALL httpfs',
    'SELECT * FROM duckdb_settings()',
    'SELECT * FROM "sqlite_master"',
    'SELECT * FROM "lake"."t0"',
    "SELECT getenv('PATH')",
  ]) {
    const id = await lake.start(sql).catch((error: Error) => {
      assert.equal(error.name, 'InvalidRequestException', sql)
    })
    if (id) assert.equal((await lake.ended(id)).Status!.State, 'FAILED', sql)
  }
})

test('the same token starts a query once', async () => {
  const ClientRequestToken = 'a'.repeat(32)
  const input = { QueryString: 'SELECT 1', ClientRequestToken, ...output }
  const first = await lake.athena.send(new StartQueryExecutionCommand(input))
  const again = await lake.athena.send(new StartQueryExecutionCommand(input))
  assert.equal(again.QueryExecutionId, first.QueryExecutionId)
  await assert.rejects(
    lake.athena.send(new StartQueryExecutionCommand({ ...input, QueryString: 'SELECT 2' })),
    refused('InvalidRequestException', /Idempotent parameters do not match/),
  )
})

test('the same token, sent several times at once, starts a query once', async () => {
  for (let round = 0; round < 5; round += 1) {
    const ClientRequestToken = `${round}`.repeat(40)
    const input = { QueryString: `SELECT ${7000 + round}`, ClientRequestToken, ...output }
    const started = await Promise.all(
      Array.from({ length: 4 }, () => lake.athena.send(new StartQueryExecutionCommand(input))),
    )
    const [id, ...others] = new Set(started.map(({ QueryExecutionId }) => QueryExecutionId!))
    assert.deepEqual(others, [])
    assert.equal((await lake.ended(id!)).Status!.State, 'SUCCEEDED')
    assert.deepEqual(await lake.rows(id!), [[`${7000 + round}`]])
    const { QueryExecutionIds } = await lake.athena.send(new ListQueryExecutionsCommand({}))
    const queries = await lake.athena.send(
      new BatchGetQueryExecutionCommand({ QueryExecutionIds: QueryExecutionIds!.slice(0, 20) }),
    )
    const same = queries.QueryExecutions!.filter(({ Query }) => Query === input.QueryString)
    assert.deepEqual(
      same.map(({ QueryExecutionId }) => QueryExecutionId),
      [id],
    )
  }
})

test('a query that runs can be stopped', async () => {
  const id = await lake.start(
    'SELECT count(*) FROM UNNEST(sequence(1, 10000)) AS a(i) CROSS JOIN UNNEST(sequence(1, 10000)) AS b(j) CROSS JOIN UNNEST(sequence(1, 10000)) AS c(k) WHERE (i * j + k) % 7 = 3',
  )
  await lake.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }))
  const execution = await lake.ended(id)
  assert.equal(execution.Status!.State, 'CANCELLED')
  await assert.rejects(
    lake.athena.send(new GetQueryResultsCommand({ QueryExecutionId: id })),
    refused('InvalidRequestException', /Final query state: CANCELLED/),
  )
  assert.deepEqual(await lake.run('SELECT 1'), [['1']])
})

test('executions are listed, the newest first, and fetched together', async () => {
  const first = await lake.start('SELECT 1')
  await lake.ended(first)
  const second = await lake.start('SELECT 2')
  const { QueryExecutionIds, NextToken } = await lake.athena.send(
    new ListQueryExecutionsCommand({ MaxResults: 2 }),
  )
  assert.deepEqual(QueryExecutionIds, [second, first])
  const more = await lake.athena.send(new ListQueryExecutionsCommand({ NextToken }))
  assert.ok(!more.QueryExecutionIds!.includes(first))
  const batch = await lake.athena.send(
    new BatchGetQueryExecutionCommand({ QueryExecutionIds: [first, 'none'] }),
  )
  assert.deepEqual(
    batch.QueryExecutions!.map((execution) => execution.QueryExecutionId),
    [first],
  )
  assert.equal(batch.UnprocessedQueryExecutionIds![0]!.QueryExecutionId, 'none')
})

test('a workgroup, as Terraform makes, reads, changes and removes it', async () => {
  const Name = 'analysts'
  const Configuration = {
    EnforceWorkGroupConfiguration: true,
    PublishCloudWatchMetricsEnabled: true,
    BytesScannedCutoffPerQuery: 10_485_760,
    ResultConfiguration: {
      OutputLocation: 's3://results/analysts/',
      EncryptionConfiguration: { EncryptionOption: 'SSE_S3' as const },
    },
  }
  await lake.athena.send(
    new CreateWorkGroupCommand({
      Name,
      Description: 'for analysts',
      Configuration,
      Tags: [{ Key: 'a', Value: '1' }],
    }),
  )
  await assert.rejects(
    lake.athena.send(new CreateWorkGroupCommand({ Name })),
    refused('InvalidRequestException', /WorkGroup is already created/),
  )
  const { WorkGroup } = await lake.athena.send(new GetWorkGroupCommand({ WorkGroup: Name }))
  const { CreationTime, ...rest } = WorkGroup!
  assert.ok(CreationTime! > new Date(0))
  assert.deepEqual(rest, {
    Name,
    State: 'ENABLED',
    Description: 'for analysts',
    Configuration: {
      ...Configuration,
      RequesterPaysEnabled: false,
      EnableMinimumEncryptionConfiguration: false,
      EngineVersion: {
        SelectedEngineVersion: 'AUTO',
        EffectiveEngineVersion: 'Athena engine version 3',
      },
    },
  })
  const id = await lake.start('SELECT 1', { WorkGroup: Name })
  const execution = await lake.ended(id)
  assert.equal(
    execution.ResultConfiguration!.OutputLocation,
    `s3://results/analysts/${id}.csv`,
    'the settings of the workgroup win',
  )
  await lake.athena.send(
    new UpdateWorkGroupCommand({
      WorkGroup: Name,
      ConfigurationUpdates: {
        EnforceWorkGroupConfiguration: false,
        RemoveBytesScannedCutoffPerQuery: true,
        ResultConfigurationUpdates: { RemoveEncryptionConfiguration: true },
      },
    }),
  )
  const changed = await lake.athena.send(new GetWorkGroupCommand({ WorkGroup: Name }))
  assert.equal(changed.WorkGroup!.Configuration!.BytesScannedCutoffPerQuery, undefined)
  assert.deepEqual(changed.WorkGroup!.Configuration!.ResultConfiguration, {
    OutputLocation: 's3://results/analysts/',
  })
  const ResourceARN = `arn:aws:athena:us-east-1:123456789012:workgroup/${Name}`
  await lake.athena.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'b', Value: '2' }] }))
  await lake.athena.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }))
  const { Tags } = await lake.athena.send(new ListTagsForResourceCommand({ ResourceARN }))
  assert.deepEqual(Tags, [{ Key: 'b', Value: '2' }])
  const { WorkGroups } = await lake.athena.send(new ListWorkGroupsCommand({}))
  assert.deepEqual(
    WorkGroups!.map((group) => group.Name),
    [Name, 'primary'],
  )
  await lake.athena.send(new UpdateWorkGroupCommand({ WorkGroup: Name, State: 'DISABLED' }))
  await assert.rejects(
    lake.start('SELECT 1', { WorkGroup: Name }),
    refused('InvalidRequestException', /is disabled/),
  )
  await assert.rejects(
    lake.athena.send(new DeleteWorkGroupCommand({ WorkGroup: Name })),
    refused('InvalidRequestException', /is not empty/),
  )
  await lake.athena.send(
    new DeleteWorkGroupCommand({ WorkGroup: Name, RecursiveDeleteOption: true }),
  )
  await assert.rejects(
    lake.athena.send(new GetWorkGroupCommand({ WorkGroup: Name })),
    refused('InvalidRequestException', /WorkGroup analysts is not found/),
  )
  await assert.rejects(
    lake.athena.send(new GetQueryExecutionCommand({ QueryExecutionId: id })),
    refused('InvalidRequestException', new RegExp(`${id} was not found`)),
    'its executions go with it',
  )
})

test('named queries are kept', async () => {
  const { NamedQueryId } = await lake.athena.send(
    new CreateNamedQueryCommand({
      Name: 'q',
      Database: 'shop',
      QueryString: 'SELECT 1',
      Description: 'd',
    }),
  )
  const { NamedQuery } = await lake.athena.send(new GetNamedQueryCommand({ NamedQueryId }))
  assert.deepEqual(NamedQuery, {
    NamedQueryId,
    Name: 'q',
    Database: 'shop',
    QueryString: 'SELECT 1',
    Description: 'd',
    WorkGroup: 'primary',
  })
  await lake.athena.send(
    new UpdateNamedQueryCommand({ NamedQueryId, Name: 'q2', QueryString: 'SELECT 2' }),
  )
  const { NamedQueries, UnprocessedNamedQueryIds } = await lake.athena.send(
    new BatchGetNamedQueryCommand({ NamedQueryIds: [NamedQueryId!, 'none'] }),
  )
  assert.equal(NamedQueries![0]!.QueryString, 'SELECT 2')
  assert.equal(UnprocessedNamedQueryIds!.length, 1)
  const { NamedQueryIds } = await lake.athena.send(new ListNamedQueriesCommand({}))
  assert.deepEqual(NamedQueryIds, [NamedQueryId])
  await lake.athena.send(new DeleteNamedQueryCommand({ NamedQueryId }))
  await assert.rejects(
    lake.athena.send(new GetNamedQueryCommand({ NamedQueryId })),
    refused('InvalidRequestException', /does not exist/),
  )
})

test('parameters are given with the query, or to a prepared statement', async () => {
  assert.deepEqual(await lake.run('SELECT ? + 1, ?', { ExecutionParameters: ['41', "'x'"] }), [
    ['42', 'x'],
  ])
  await assert.rejects(
    lake.start('SELECT ?'),
    refused('InvalidRequestException', /Incorrect number of parameters: expected 1 but found 0/),
  )
  await lake.athena.send(
    new CreatePreparedStatementCommand({
      StatementName: 'twice',
      WorkGroup: 'primary',
      QueryStatement: 'SELECT ? * 2 AS n',
    }),
  )
  assert.deepEqual(await lake.run('EXECUTE twice USING 21'), [['42']])
  await lake.run('PREPARE thrice FROM SELECT ? * 3')
  assert.deepEqual(await lake.run('EXECUTE thrice', { ExecutionParameters: ['3'] }), [['9']])
  await lake.run('DEALLOCATE PREPARE thrice')
  await assert.rejects(
    lake.athena.send(
      new GetPreparedStatementCommand({ StatementName: 'thrice', WorkGroup: 'primary' }),
    ),
    refused('ResourceNotFoundException', /thrice does not exist/),
  )
})

test('the catalog can be read through Athena', async () => {
  await lake.run('CREATE DATABASE IF NOT EXISTS shop')
  await lake.run(
    "CREATE EXTERNAL TABLE seen (a int COMMENT 'one') PARTITIONED BY (d date) STORED AS PARQUET LOCATION 's3://data/seen/'",
  )
  const CatalogName = 'AwsDataCatalog'
  const { DataCatalog } = await lake.athena.send(new GetDataCatalogCommand({ Name: CatalogName }))
  assert.equal(DataCatalog!.Type, 'GLUE')
  const { DatabaseList } = await lake.athena.send(new ListDatabasesCommand({ CatalogName }))
  assert.ok(DatabaseList!.some((database) => database.Name === 'shop'))
  const { TableMetadata } = await lake.athena.send(
    new GetTableMetadataCommand({ CatalogName, DatabaseName: 'shop', TableName: 'seen' }),
  )
  assert.deepEqual(TableMetadata!.Columns, [{ Name: 'a', Type: 'int', Comment: 'one' }])
  assert.deepEqual(TableMetadata!.PartitionKeys, [{ Name: 'd', Type: 'date' }])
  assert.equal(TableMetadata!.Parameters!['location'], 's3://data/seen/')
  const { TableMetadataList } = await lake.athena.send(
    new ListTableMetadataCommand({ CatalogName, DatabaseName: 'shop', Expression: 'se.*' }),
  )
  assert.deepEqual(
    TableMetadataList!.map((table) => table.Name),
    ['seen'],
  )
  await assert.rejects(
    lake.athena.send(
      new GetTableMetadataCommand({ CatalogName, DatabaseName: 'shop', TableName: 'none' }),
    ),
    refused('MetadataException', /./),
  )
})

test('an account sees its own queries and tables only', async () => {
  const id = await lake.start('SELECT 1')
  await lake.ended(id)
  await lake.run('CREATE DATABASE IF NOT EXISTS shop')
  await lake.run("CREATE EXTERNAL TABLE mine (a int) STORED AS PARQUET LOCATION 's3://data/mine/'")
  const credentials = await lake.lake.addAccount('222222222222')
  const other = lake.lake.client(AthenaClient, { credentials })
  await assert.rejects(
    other.send(new GetQueryExecutionCommand({ QueryExecutionId: id })),
    refused('InvalidRequestException', /was not found/),
  )
  await assert.rejects(
    other.send(new StartQueryExecutionCommand({ QueryString: 'SELECT 1', ...output })),
    refused('InvalidRequestException', /Unable to verify\/create output bucket results/),
  )
  const { QueryExecutionIds } = await other.send(new ListQueryExecutionsCommand({}))
  assert.deepEqual(QueryExecutionIds, [])
})

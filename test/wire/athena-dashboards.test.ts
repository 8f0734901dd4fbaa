import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  GetQueryResultsCommand,
  GetTableMetadataCommand,
  GetWorkGroupCommand,
  ListDataCatalogsCommand,
  ListDatabasesCommand,
  ListTableMetadataCommand,
  ListWorkGroupsCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { type AthenaLake, startAthenaLake } from './athena-lake.ts'

/**
 * What dashboards send, without the dashboards: the calls and macros of Grafana's data source for Athena
 * (https://github.com/grafana/athena-datasource), and the expressions of Superset's engine specification for Athena
 * (https://github.com/apache/superset/blob/master/superset/db_engine_specs/athena.py).
 */
let fixture: AthenaLake

before(async () => {
  fixture = await startAthenaLake()
  await fixture.run('CREATE DATABASE shop')
  await fixture.put(
    'seen/a.csv',
    '1704067199,2023-12-31 23:59:59.500,2023-12-31,one\n1704067261,2024-01-01 00:01:01,2024-01-01,two\n1704070861,2024-01-01 01:01:01,2024-01-01,one\n',
  )
  await fixture.run(`CREATE EXTERNAL TABLE seen (epoch bigint, at timestamp, day date, kind string)
    ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://data/seen/'`)
})
after(() => fixture.lake.stop())

const Catalog = 'AwsDataCatalog'

describe('Grafana', () => {
  it('fills its lists', async () => {
    const { athena } = fixture
    const catalogs = await athena.send(new ListDataCatalogsCommand({}))
    assert.deepEqual(
      catalogs.DataCatalogsSummary!.map(({ CatalogName, Type }) => [CatalogName, Type]),
      [[Catalog, 'GLUE']],
    )
    const databases = await athena.send(new ListDatabasesCommand({ CatalogName: Catalog }))
    assert.ok(databases.DatabaseList!.some(({ Name }) => Name === 'shop'))
    const where = { CatalogName: Catalog, DatabaseName: 'shop' }
    const tables = await athena.send(new ListTableMetadataCommand(where))
    assert.deepEqual(
      tables.TableMetadataList!.map(({ Name }) => Name),
      ['seen'],
    )
    const table = await athena.send(new GetTableMetadataCommand({ ...where, TableName: 'seen' }))
    assert.deepEqual(
      table.TableMetadata!.Columns!.map(({ Name }) => Name),
      ['epoch', 'at', 'day', 'kind'],
    )
    const groups = await athena.send(new ListWorkGroupsCommand({}))
    assert.equal(groups.WorkGroups![0]!.Name, 'primary')
    // It offers to use results again when the engine is a third version.
    const group = await athena.send(new GetWorkGroupCommand({ WorkGroup: 'primary' }))
    const version = group.WorkGroup!.Configuration!.EngineVersion!.EffectiveEngineVersion
    assert.equal(version, 'Athena engine version 3')
  })

  it('asks, with results that may be used again, and reads page by page', async () => {
    const more = {
      QueryExecutionContext: { Catalog, Database: 'shop' },
      WorkGroup: 'primary',
      ResultReuseConfiguration: {
        ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 60 },
      },
    }
    const sql = 'SELECT * FROM UNNEST(sequence(1, 2500)) AS t(n)'
    const first = await fixture.ended(await fixture.start(sql, more))
    assert.equal(first.Statistics!.ResultReuseInformation!.ReusedPreviousResult, false)
    const second = await fixture.ended(await fixture.start(sql, more))
    assert.equal(second.Statistics!.ResultReuseInformation!.ReusedPreviousResult, true)
    const { QueryExecutionId } = second
    const seen: string[] = []
    let NextToken: string | undefined
    do {
      const page = await fixture.athena.send(
        new GetQueryResultsCommand({ QueryExecutionId, ...(NextToken ? { NextToken } : {}) }),
      )
      seen.push(...page.ResultSet!.Rows!.map((row) => row.Data![0]!.VarCharValue!))
      assert.equal(page.ResultSet!.ResultSetMetadata!.ColumnInfo![0]!.Type, 'bigint')
      NextToken = page.NextToken
    } while (NextToken)
    assert.equal(seen.length, 2501)
    assert.deepEqual([seen[0], seen.at(-1)], ['n', '2500'])
  })

  it('stops what nobody looks at any more', async () => {
    const id = await fixture.start(
      'SELECT count(*) FROM UNNEST(sequence(1, 9000)) AS a(i) CROSS JOIN UNNEST(sequence(1, 9000)) AS b(j) CROSS JOIN UNNEST(sequence(1, 9000)) AS c(k) WHERE (i * j + k) % 7 = 8',
    )
    await fixture.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }))
    const { Status } = await fixture.ended(id)
    assert.equal(Status!.State, 'CANCELLED')
    assert.ok(Status!.StateChangeReason, 'it shows the reason')
  })

  const [from, to] = ["TIMESTAMP '2024-01-01 00:00:00'", "TIMESTAMP '2024-01-01 01:00:00'"]
  const macros: readonly (readonly [string, string, readonly string[]])[] = [
    ['$__timeFilter', `SELECT kind FROM seen WHERE at BETWEEN ${from} AND ${to}`, ['two']],
    ['$__timeFrom, $__timeTo', `SELECT kind FROM seen WHERE at > ${from} AND at < ${to}`, ['two']],
    [
      '$__timeFilter with a format',
      `SELECT kind FROM seen WHERE parse_datetime(cast(day AS varchar),'yyyy-MM-dd') BETWEEN ${from} AND ${to} ORDER BY 1`,
      ['one', 'two'],
    ],
    [
      '$__dateFilter',
      "SELECT count(*) FROM seen WHERE day BETWEEN date '2024-01-01' AND date '2024-01-01'",
      ['2'],
    ],
    [
      '$__unixEpochFilter',
      'SELECT count(*) FROM seen WHERE epoch BETWEEN 1704067200 AND 1704070800',
      ['1'],
    ],
    [
      '$__timeGroup',
      'SELECT FROM_UNIXTIME(FLOOR(TO_UNIXTIME(at)/300)*300) AS t FROM seen GROUP BY 1 ORDER BY 1',
      ['2023-12-31 23:55:00.000 UTC', '2024-01-01 00:00:00.000 UTC', '2024-01-01 01:00:00.000 UTC'],
    ],
    [
      '$__unixEpochGroup',
      'SELECT FROM_UNIXTIME(FLOOR(epoch/3600)*3600) AS t, count(*) FROM seen GROUP BY 1 ORDER BY 1 LIMIT 1',
      ['2023-12-31 23:00:00.000 UTC'],
    ],
  ]
  for (const [name, sql, expected] of macros) {
    it(name, async () => {
      assert.deepEqual(
        (await fixture.run(sql)).map(([value]) => value),
        expected,
      )
    })
  }
})

describe('Superset', () => {
  const column = 'CAST(at AS TIMESTAMP)'
  const grains: readonly (readonly [string, string])[] = [
    [`date_trunc('second', ${column})`, '2023-12-31 23:59:59.000'],
    [`date_trunc('minute', ${column})`, '2023-12-31 23:59:00.000'],
    [`date_trunc('hour', ${column})`, '2023-12-31 23:00:00.000'],
    [`date_trunc('day', ${column})`, '2023-12-31 00:00:00.000'],
    [`date_trunc('week', ${column})`, '2023-12-25 00:00:00.000'],
    [`date_trunc('month', ${column})`, '2023-12-01 00:00:00.000'],
    [`date_trunc('quarter', ${column})`, '2023-10-01 00:00:00.000'],
    [`date_trunc('year', ${column})`, '2023-01-01 00:00:00.000'],
    [
      `date_add('day', 5, date_trunc('week', date_add('day', 1, ${column})))`,
      '2024-01-06 00:00:00.000',
    ],
    [
      `date_add('day', -1, date_trunc('week', date_add('day', 1, ${column})))`,
      '2023-12-31 00:00:00.000',
    ],
    ['from_unixtime(epoch)', '2023-12-31 23:59:59.000 UTC'],
  ]
  for (const [expression, expected] of grains) {
    it(expression, async () => {
      const sql = `SELECT ${expression} AS "__timestamp", count(*) AS "COUNT(*)" FROM "shop"."seen" GROUP BY ${expression} ORDER BY ${expression} LIMIT 1`
      const count = expression.startsWith("date_add('day'") ? '3' : '1'
      assert.deepEqual(await fixture.run(sql), [[expected, count]])
    })
  }

  it('limits by dates and times as it writes them', async () => {
    const sql = `SELECT kind FROM shop.seen WHERE at >= TIMESTAMP '2024-01-01 00:00:00.000' AND day < DATE '2024-01-02' ORDER BY at LIMIT 1000`
    assert.deepEqual(await fixture.run(sql), [['two'], ['one']])
  })
})

import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { after, before, test } from 'node:test'
import { CreateWorkGroupCommand } from '@aws-sdk/client-athena'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'

let lake: AthenaLake
before(async () => {
  lake = await startAthenaLake()
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

const scanned = async (sql: string) => {
  const { Status, Statistics } = await lake.ended(await lake.start(sql))
  assert.equal(Status!.State, 'SUCCEEDED', Status!.StateChangeReason)
  return Statistics!.DataScannedInBytes
}

test('a partitioned table of JSON is made by DDL, filled with files, and read', async () => {
  assert.deepEqual(await lake.run("SHOW DATABASES LIKE 'sh*'"), [['shop']])
  await lake.run(`CREATE EXTERNAL TABLE IF NOT EXISTS orders (id int, who string, price double)
    PARTITIONED BY (dt string)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
    LOCATION 's3://data/orders/'`)
  const one = '{"id":1,"Who":"ann","price":1.5}\n{"id":2,"who":null,"price":10000000}\n'
  const two = '{"id":3,"who":"b\\"ob","price":3}\n'
  await lake.put('orders/dt=2024-01-01/a.json', one)
  await lake.put('orders/dt=2024-01-02/a.json.gz', gzipSync(two))
  await lake.put('orders/dt=2024-01-02/_SUCCESS', 'not data')
  assert.deepEqual(await lake.run('SELECT * FROM orders'), [])
  await lake.run('MSCK REPAIR TABLE orders')
  assert.deepEqual(await lake.run('SHOW PARTITIONS orders'), [['dt=2024-01-01'], ['dt=2024-01-02']])
  assert.deepEqual(await lake.run('SELECT * FROM shop.orders ORDER BY id'), [
    ['1', 'ann', '1.5', '2024-01-01'],
    ['2', null, '1.0E7', '2024-01-01'],
    ['3', 'b"ob', '3.0', '2024-01-02'],
  ])
  assert.equal(await scanned("SELECT * FROM orders WHERE dt = '2024-01-01'"), one.length)
  assert.deepEqual(await lake.run('SELECT "$path", count(*) FROM orders GROUP BY 1 ORDER BY 1'), [
    ['s3://data/orders/dt=2024-01-01/a.json', '2'],
    ['s3://data/orders/dt=2024-01-02/a.json.gz', '1'],
  ])
})

test('partitions are pruned by what a query says of their keys', async () => {
  await lake.run(`CREATE EXTERNAL TABLE days (n int) PARTITIONED BY (year int, day string)
    ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe' LOCATION 's3://data/days/'`)
  for (let day = 1; day <= 9; day++) {
    await lake.put(`days/${day}.json`, `{"n":${day}}\n`)
    await lake.put(`days/y/${2020 + day}/x.json`, `{"n":${day}}\n`)
    await lake.run(`ALTER TABLE days ADD IF NOT EXISTS
      PARTITION (year = ${2020 + day}, day = '2024-05-0${day}') LOCATION 's3://data/days/y/${2020 + day}/'`)
  }
  const bytes = '{"n":1}\n'.length
  const pruned: readonly (readonly [string, string | null, number])[] = [
    ['SELECT sum(n) FROM days', '45', 9],
    ['SELECT sum(n) FROM days WHERE year = 2021', '1', 1],
    ['SELECT sum(n) FROM days WHERE year IN (2021, 2022)', '3', 2],
    ['SELECT sum(n) FROM days WHERE year >= 2028 AND n > 8', '9', 2],
    ["SELECT sum(n) FROM days WHERE day BETWEEN '2024-05-02' AND '2024-05-03'", '5', 2],
    ["SELECT sum(n) FROM days WHERE date(day) > date '2024-05-08' - interval '1' day", '17', 2],
    ["SELECT sum(n) FROM days WHERE year = 2021 OR day = '2024-05-09'", '10', 2],
    ['SELECT sum(n) FROM (SELECT * FROM days) WHERE year = 2023', '3', 1],
    ['WITH d AS (SELECT n, year AS y FROM days) SELECT sum(n) FROM d WHERE y < 2023', '3', 2],
    ['SELECT sum(a.n) FROM days a JOIN days b ON a.year = b.year AND b.year = 2022', '2', 10],
    ['SELECT count(b.n) FROM days a LEFT JOIN days b ON a.n = b.n WHERE b.year IS NULL', '0', 18],
    ['SELECT sum(n) FROM days WHERE year = 1999', null, 0],
  ]
  for (const [sql, answer, files] of pruned) {
    assert.deepEqual(await lake.run(sql), [[answer]], sql)
    assert.equal(await scanned(sql), files * bytes, sql)
  }
})

test('Parquet is read by name, in the types of the table', async () => {
  await lake.putParquet(
    'pq/a.parquet',
    `SELECT 1::INTEGER AS id, 'x' AS "Name", 1.50::DECIMAL(10,2) AS price, TIMESTAMP '2024-01-01 10:00:00.123' AS at,
      DATE '2024-01-01' AS day, [1, 2] AS list, MAP {'k': 1} AS pairs, {'A': 1, 'b': 'y'} AS thing, 0.5::FLOAT AS small, '\\x00\\xFF'::BLOB AS bytes`,
  )
  await lake.putParquet('pq/b.parquet', `SELECT 2::INTEGER AS id, 'later' AS added`)
  await lake.run(`CREATE EXTERNAL TABLE pq (id bigint, name string, price decimal(12,2), at timestamp, day date,
    list array<int>, pairs map<string,int>, thing struct<a:int,b:string,c:double>, small double, bytes binary, added string)
    STORED AS PARQUET LOCATION 's3://data/pq'`)
  assert.deepEqual(await lake.run('SELECT * FROM pq ORDER BY id'), [
    [
      '1',
      'x',
      '1.50',
      '2024-01-01 10:00:00.123',
      '2024-01-01',
      '[1, 2]',
      '{k=1}',
      '{a=1, b=y, c=null}',
      '0.5',
      '00 ff',
      null,
    ],
    ['2', null, null, null, null, null, null, null, null, null, 'later'],
  ])
  assert.deepEqual(await lake.run("SELECT thing.b, list[2], pairs['k'] FROM pq WHERE id = 1"), [
    ['y', '2', '1'],
  ])
})

test('a file that does not fit its table fails the query, and is named', async () => {
  await lake.put('bad/a.parquet', 'this is no parquet file at all')
  await lake.run("CREATE EXTERNAL TABLE bad (a int) STORED AS PARQUET LOCATION 's3://data/bad/'")
  assert.match(
    await lake.failure('SELECT * FROM bad'),
    /^HIVE_BAD_DATA: .*s3:\/\/data\/bad\/a\.parquet/,
  )
  await lake.putParquet('mismatch/a.parquet', `SELECT 'x' AS a, 1 AS b`)
  await lake.run(
    "CREATE EXTERNAL TABLE mismatch (a int, b int) STORED AS PARQUET LOCATION 's3://data/mismatch/'",
  )
  assert.match(
    await lake.failure('SELECT a FROM mismatch'),
    /^HIVE_BAD_DATA: Field a's type VARCHAR in parquet file s3:\/\/data\/mismatch\/a\.parquet is incompatible with type integer/,
  )
  assert.deepEqual(await lake.run('SELECT b FROM mismatch'), [['1']])
  await lake.put('kind/a.json', '{"n":1.5}\n')
  await lake.put('kind/b.json', '{"n":7,"b":7}\n')
  await lake.run(`CREATE EXTERNAL TABLE kind (n int, b boolean)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://data/kind/'`)
  assert.match(await lake.failure('SELECT n FROM kind'), /^HIVE_BAD_DATA: .*'1.5' for column n/)
  assert.match(await lake.failure('SELECT b FROM kind'), /^HIVE_BAD_DATA: .*'7' for column b/)
  await lake.put('badjson/a.json', '{"a":1}\n{"a":\n')
  await lake.run(`CREATE EXTERNAL TABLE badjson (a int)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://data/badjson/'`)
  assert.match(
    await lake.failure('SELECT * FROM badjson'),
    /^HIVE_BAD_DATA: .*s3:\/\/data\/badjson\/a\.json/,
  )
})

test('JSON keys match without case, at every depth', async () => {
  await lake.run(`CREATE EXTERNAL TABLE events (userid bigint, detail struct<itemid:string,tags:array<string>>,
      at timestamp, raw string, renamed string)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
    WITH SERDEPROPERTIES ('mapping.renamed' = 'Other-Name', 'ignore.malformed.json' = 'true')
    LOCATION 's3://data/events/'`)
  await lake.put(
    'events/a.json',
    [
      {
        userId: 9007199254740993n.toString(),
        Detail: { itemId: 'i1', Tags: ['a', 'b'] },
        at: '2024-05-01 10:00:00.5',
      },
      { userId: 2, at: '2024-05-01T10:00:00Z', raw: { z: [1] }, 'Other-Name': 'here' },
      { userId: 3, at: 1714557600000 },
    ]
      .map((line) => JSON.stringify(line))
      .join('\n'),
  )
  assert.deepEqual(await lake.run('SELECT * FROM events ORDER BY 1'), [
    ['2', null, '2024-05-01 10:00:00.000', '{"z":[1]}', 'here'],
    ['3', null, '2024-05-01 10:00:00.000', null, null],
    ['9007199254740993', '{itemid=i1, tags=[a, b]}', '2024-05-01 10:00:00.500', null, null],
  ])
})

test('delimited text and CSV are read as their SerDes do', async () => {
  await lake.put('lines/a.csv', 'id,name,price\n1,ann,1.5\n2,"q",x\n3\n4,\\N,2,more\n')
  await lake.run(`CREATE EXTERNAL TABLE lines (id int, name string, price double)
    ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://data/lines/'
    TBLPROPERTIES ('skip.header.line.count' = '1')`)
  assert.deepEqual(await lake.run('SELECT * FROM lines ORDER BY id'), [
    ['1', 'ann', '1.5'],
    ['2', '"q"', null],
    ['3', null, null],
    ['4', null, '2.0'],
  ])
  await lake.put('tabs/a.tsv', '1\ta,b\n2\t\n')
  await lake.run(`CREATE EXTERNAL TABLE tabs (id int, list array<string>)
    ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' COLLECTION ITEMS TERMINATED BY ',' LOCATION 's3://data/tabs/'`)
  assert.deepEqual(await lake.run('SELECT id, list FROM tabs ORDER BY id'), [
    ['1', '[a, b]'],
    ['2', '[]'],
  ])
  await lake.put('quoted/a.csv', 'id,text\n1,"a, ""b"""\n2,\n')
  await lake.run(`CREATE EXTERNAL TABLE quoted (id int, text string)
    ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
    WITH SERDEPROPERTIES ('separatorChar' = ',', 'quoteChar' = '"')
    LOCATION 's3://data/quoted/' TBLPROPERTIES ('skip.header.line.count'='1')`)
  assert.deepEqual(await lake.run('SELECT * FROM quoted ORDER BY id'), [
    ['1', 'a, "b"'],
    ['2', ''],
  ])
})

test('tables are changed and described', async () => {
  await lake.run(`CREATE EXTERNAL TABLE t (a int COMMENT 'first') PARTITIONED BY (p string)
    STORED AS PARQUET LOCATION 's3://data/t/' TBLPROPERTIES ('k'='v')`)
  await lake.run('ALTER TABLE t ADD COLUMNS (b array<string>)')
  await lake.run("ALTER TABLE t SET TBLPROPERTIES ('classification'='parquet')")
  await lake.run(
    "ALTER TABLE t ADD PARTITION (p='1') PARTITION (p='2') LOCATION 's3://data/elsewhere/'",
  )
  assert.match(await lake.failure("ALTER TABLE t ADD PARTITION (p='1')"), /AlreadyExistsException/)
  assert.deepEqual(await lake.run('SHOW PARTITIONS t'), [['p=1'], ['p=2']])
  await lake.run("ALTER TABLE t DROP PARTITION (p='1')")
  assert.match(await lake.failure("ALTER TABLE t DROP PARTITION (p='1')"), /Partition not found/)
  const cells = (await lake.run('DESCRIBE t')).map((row) =>
    row[0]!.split('\t').map((cell) => cell.trim()),
  )
  assert.deepEqual(cells.slice(0, 3), [
    ['a', 'int', 'first'],
    ['b', 'array<string>', ''],
    ['p', 'string', ''],
  ])
  assert.deepEqual(
    (await lake.run('SHOW COLUMNS IN t')).map((row) => row[0]!.trim()),
    ['a', 'b', 'p'],
  )
  const shown = (await lake.run('SHOW CREATE TABLE t')).map((row) => row[0]).join('\n')
  await lake.run('DROP TABLE t')
  await lake.run(shown.replace('`shop.t`', '`shop.t2`'))
  const again = (await lake.run('SHOW CREATE TABLE t2')).map((row) => row[0]).join('\n')
  assert.equal(again, shown.replace('`shop.t`', '`shop.t2`'), 'what it prints makes the same table')
  assert.deepEqual(await lake.run("SHOW TBLPROPERTIES t2('k')"), [['v']])
  assert.match(await lake.failure('DROP TABLE t'), /Table not found t/)
  await lake.run('DROP TABLE IF EXISTS t')
  assert.match(await lake.failure('DROP DATABASE shop'), /is not empty/)
  assert.match(await lake.failure('CREATE DATABASE shop'), /AlreadyExistsException/)
})

test('views keep queries, and are read through', async () => {
  await lake.put('base/a.json', '{"a":1}\n{"a":2}\n')
  await lake.run(`CREATE EXTERNAL TABLE base (a int)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://data/base/'`)
  await lake.run('CREATE VIEW doubled AS SELECT a, a * 2 AS twice FROM base')
  await lake.run('CREATE OR REPLACE VIEW big AS SELECT * FROM doubled WHERE twice > 2')
  assert.deepEqual(await lake.run('SELECT * FROM big'), [['2', '4']])
  assert.match(await lake.failure('CREATE VIEW big AS SELECT 1 AS x'), /already exists/)
  assert.deepEqual(
    await lake.run(
      "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'doubled' ORDER BY ordinal_position",
    ),
    [
      ['a', 'integer'],
      ['twice', 'integer'],
    ],
  )
  // https://trino.io/docs/current/connector/hive.html: `comment` and `extra_info` are not in a star.
  assert.deepEqual(
    await lake.run(
      "SELECT view_definition FROM information_schema.views WHERE table_name = 'doubled'",
    ),
    [['SELECT a, a * 2 AS twice FROM base']],
  )
  await lake.run(
    "CREATE EXTERNAL TABLE told (a int COMMENT 'hey') PARTITIONED BY (p int) LOCATION 's3://data/told/'",
  )
  assert.deepEqual(
    await lake.run(
      "SELECT column_name, comment, extra_info FROM information_schema.columns c WHERE table_name = 'told' ORDER BY 1",
    ),
    [
      ['a', 'hey', null],
      ['p', null, 'partition key'],
    ],
  )
  const [column] = await lake.run('SELECT * FROM information_schema.columns LIMIT 1')
  assert.equal(column!.length, 8)
  await lake.run('DROP VIEW big')
  assert.match(await lake.failure('SELECT * FROM big'), /^TABLE_NOT_FOUND: line 1:15/)
})

test('partitions can be projected', async () => {
  await lake.run(`CREATE EXTERNAL TABLE projected (n int) PARTITIONED BY (day string, kind string)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://data/projected/'
    TBLPROPERTIES ('projection.enabled'='true', 'projection.day.type'='date', 'projection.day.range'='2024/01/01,2024/01/31',
      'projection.day.format'='yyyy/MM/dd', 'projection.kind.type'='enum', 'projection.kind.values'='a,b',
      'storage.location.template'='s3://data/projected/\${day}/\${kind}')`)
  await lake.put('projected/2024/01/02/a/x.json', '{"n":1}\n')
  await lake.put('projected/2024/01/03/b/x.json', '{"n":2}\n')
  assert.deepEqual(await lake.run('SELECT day, kind, n FROM projected ORDER BY n'), [
    ['2024/01/02', 'a', '1'],
    ['2024/01/03', 'b', '2'],
  ])
  assert.deepEqual(await lake.run("SELECT sum(n) FROM projected WHERE day >= '2024/01/03'"), [
    ['2'],
  ])
})

// https://docs.aws.amazon.com/athena/latest/ug/columnar-storage.html: only the columns of a query are read, and paid for.
test('of Parquet the columns that a query names are counted, and bounded', async () => {
  await lake.putParquet(
    'columns/a.parquet',
    `SELECT i::INTEGER AS n, md5(i::VARCHAR) AS "Text", {'k': i, 'v': [i]} AS nested FROM range(600000) AS t(i)`,
  )
  await lake.putParquet('columns/b.parquet', `SELECT 1::INTEGER AS n`)
  await lake.run(`CREATE EXTERNAL TABLE columns (n int, text string, nested struct<k:bigint,v:array<bigint>>)
    STORED AS PARQUET LOCATION 's3://data/columns/'`)
  const [n, text, nested] = await Promise.all([
    scanned('SELECT sum(n) FROM columns'),
    scanned('SELECT max(text) FROM columns'),
    scanned('SELECT max(nested.k) FROM columns'),
  ])
  for (const bytes of [n, text, nested]) assert.ok(bytes! > 0)
  assert.ok(text! > 5 * n!)
  assert.equal(await scanned('SELECT max(n), max(text) FROM columns'), n! + text!)
  const all = "SELECT count(*) FROM columns WHERE n = 1 AND text <> '' AND nested IS NOT NULL"
  assert.equal(await scanned(all), n! + text! + nested!)
  assert.equal(await scanned('SELECT count(*) FROM columns'), 0)

  const Configuration = {
    EnforceWorkGroupConfiguration: false,
    BytesScannedCutoffPerQuery: 10_485_760,
  }
  await lake.athena.send(new CreateWorkGroupCommand({ Name: 'bounded', Configuration }))
  const WorkGroup = 'bounded'
  assert.deepEqual(await lake.run('SELECT max(n) FROM columns', { WorkGroup }), [['599999']])
  const { Status } = await lake.ended(
    await lake.start('SELECT max(text) FROM columns', { WorkGroup }),
  )
  assert.match(Status!.StateChangeReason!, /Bytes scanned limit was exceeded/)
})

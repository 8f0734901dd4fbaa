import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { GetQueryResultsCommand } from '@aws-sdk/client-athena'
import { GetPartitionsCommand, GetTableCommand, GlueClient } from '@aws-sdk/client-glue'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'

let lake: AthenaLake
let glue: GlueClient
before(async () => {
  lake = await startAthenaLake()
  glue = lake.lake.client(GlueClient)
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

const keysIn = async (Bucket: string, Prefix: string) => {
  const { Contents } = await lake.s3.send(new ListObjectsV2Command({ Bucket, Prefix }))
  return (Contents ?? []).map((object) => object.Key!)
}
const textOf = async (uri: string) => {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri)!
  const object = await lake.s3.send(new GetObjectCommand({ Bucket, Key }))
  return object.Body!.transformToString()
}
const written = async (sql: string) => {
  const execution = await lake.ended(await lake.start(sql))
  assert.equal(execution.Status!.State, 'SUCCEEDED', execution.Status!.StateChangeReason)
  return execution
}
const values = `SELECT 1 AS id, 'a' AS word, CAST(1.10 AS decimal(10,2)) AS price, true AS flag,
  DATE '2024-05-01' AS day, TIMESTAMP '2024-05-01 10:00:00.120' AS at, ARRAY[1, 2] AS list,
  CAST(ROW(1, 'x') AS ROW(n integer, s varchar)) AS pair, MAP(ARRAY['k'], ARRAY[2e0]) AS facts`

// https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html
for (const format of ['PARQUET', 'AVRO', 'JSON']) {
  test(`a table made of a query in ${format} has its types and its values`, async () => {
    const name = `made_${format.toLowerCase()}`
    const execution = await written(`CREATE TABLE ${name} WITH (format = '${format}') AS ${values}`)
    const id = execution.QueryExecutionId!
    assert.equal(execution.StatementType, 'DDL')
    assert.equal(execution.SubstatementType, 'CREATE_TABLE_AS_SELECT')
    const manifest = execution.Statistics!.DataManifestLocation!
    assert.equal(manifest, `s3://results/out/tables/${id}-manifest.csv`)
    const files = (await textOf(manifest)).trimEnd().split('\n')
    const keys = await keysIn('results', `out/tables/${id}/`)
    assert.deepEqual(
      files,
      keys.map((key) => `s3://results/${key}`),
    )
    assert.equal(keys.length, 1)
    assert.deepEqual(await keysIn('results', `out/${id}`), [])
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: 'shop', Name: name }))
    assert.deepEqual(
      Table!.StorageDescriptor!.Columns!.map((column) => column.Type),
      ['int', 'varchar(1)', 'decimal(10,2)', 'boolean', 'date', 'timestamp', 'array<int>'].concat(
        'struct<n:int,s:string>',
        'map<varchar(1),double>',
      ),
    )
    assert.deepEqual(await lake.run(`SELECT * FROM ${name}`), [
      ['1', 'a', '1.10', 'true', '2024-05-01', '2024-05-01 10:00:00.120', '[1, 2]'].concat(
        '{n=1, s=x}',
        '{k=2.0}',
      ),
    ])
    const { UpdateCount, ResultSet } = await lake.athena.send(
      new GetQueryResultsCommand({ QueryExecutionId: id }),
    )
    assert.equal(UpdateCount, 1)
    assert.deepEqual(ResultSet!.Rows, [])
  })
}

test('delimited text keeps what it can hold, and refuses what would come back as something else', async () => {
  await written(`CREATE TABLE lines WITH (format = 'TEXTFILE', field_delimiter = ',', write_compression = 'NONE',
    external_location = 's3://data/lines/') AS SELECT * FROM (VALUES (1, 'a "b"', 1.5e0), (2, NULL, NULL)) AS t(n, s, d)`)
  const [key] = await keysIn('data', 'lines/')
  assert.equal(await textOf(`s3://data/${key}`), '1,a "b",1.5\n2,\\N,\\N\n')
  assert.deepEqual(await lake.run('SELECT * FROM lines ORDER BY n'), [
    ['1', 'a "b"', '1.5'],
    ['2', null, null],
  ])
  const comma = `CREATE TABLE commas WITH (format = 'TEXTFILE', field_delimiter = ',') AS SELECT 'a,b' AS s`
  assert.match(await lake.failure(comma), /NOT_SUPPORTED: a value holds the field delimiter/)
  assert.match(await lake.failure('SELECT * FROM commas'), /does not exist/)
  const blank = `CREATE TABLE blank WITH (format = 'TEXTFILE') AS SELECT * FROM (VALUES 'a', '') AS t(s)`
  assert.match(await lake.failure(blank), /NOT_SUPPORTED: delimited text of one column/)
})

test('numbers keep every digit in JSON', async () => {
  await written(`CREATE TABLE digits WITH (format = 'JSON') AS SELECT nan() AS n, 1e300 AS e, CAST(0.1 AS real) AS r,
    9223372036854775807 AS b, CAST('12345678901234567890.123456789' AS decimal(38,9)) AS d`)
  assert.deepEqual(await lake.run('SELECT * FROM digits'), [
    ['NaN', '1.0E300', '0.1', '9223372036854775807', '12345678901234567890.123456789'],
  ])
})

test('partitions are folders and rows of the catalog', async () => {
  await written(`CREATE TABLE parts WITH (external_location = 's3://data/parts', partitioned_by = ARRAY['day', 'place'],
    parquet_compression = 'SNAPPY') AS SELECT * FROM (VALUES (1, DATE '2024-01-01', 'a/b c'), (2, DATE '2024-01-02', 'x'),
    (3, DATE '2024-01-01', NULL)) AS t(id, day, place)`)
  assert.deepEqual(
    (await keysIn('data', 'parts/')).map((key) => key.slice(0, key.lastIndexOf('/'))),
    [
      'parts/day=2024-01-01/place=__HIVE_DEFAULT_PARTITION__',
      'parts/day=2024-01-01/place=a%2Fb c',
      'parts/day=2024-01-02/place=x',
    ],
  )
  assert.deepEqual(
    await lake.run(`SELECT id, place FROM parts WHERE day = DATE '2024-01-01' ORDER BY id`),
    [
      ['1', 'a/b c'],
      ['3', null],
    ],
  )
  // https://docs.aws.amazon.com/athena/latest/ug/ctas-insert-into.html: one statement makes at most 100.
  const many = `CREATE TABLE many WITH (partitioned_by = ARRAY['p']) AS
    SELECT n AS id, n AS p FROM UNNEST(sequence(1, 101)) AS t(n)`
  assert.match(await lake.failure(many), /HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100/)
  const order = `CREATE TABLE wrong WITH (partitioned_by = ARRAY['a']) AS SELECT 1 AS a, 2 AS b`
  assert.match(await lake.failure(order), /HIVE_COLUMN_ORDER_MISMATCH/)
})

test('a table is not made twice, nor over files', async () => {
  await written(`CREATE TABLE once AS SELECT 1 AS a`)
  assert.match(await lake.failure('CREATE TABLE once AS SELECT 1 AS a'), /TABLE_ALREADY_EXISTS/)
  await written('CREATE TABLE IF NOT EXISTS once AS SELECT 2 AS a')
  assert.deepEqual(await lake.run('SELECT a FROM once'), [['1']])
  await lake.put('full/file', 'x')
  const full = `CREATE TABLE over WITH (external_location = 's3://data/full/') AS SELECT 1 AS a`
  assert.match(await lake.failure(full), /HIVE_PATH_ALREADY_EXISTS/)
  const elsewhere = `CREATE TABLE over WITH (external_location = 's3://nobody-has-this/x/') AS SELECT 1 AS a`
  assert.match(await lake.failure(elsewhere), /NoSuchBucket/)
  await written('CREATE TABLE none AS SELECT * FROM once WITH NO DATA')
  assert.deepEqual(await lake.run('SELECT * FROM none'), [])
})

test('the bucket of another account is not written to', async () => {
  const key = await lake.lake.addAccount('222222222222')
  const theirs = lake.lake.client(S3Client, { credentials: key })
  await theirs.send(new CreateBucketCommand({ Bucket: 'theirs' }))
  await lake.run(`CREATE EXTERNAL TABLE theirs (a int) STORED AS PARQUET LOCATION 's3://theirs/t/'`)
  const statements = [
    `CREATE TABLE mine WITH (external_location = 's3://theirs/x/') AS SELECT 1 AS a`,
    `UNLOAD (SELECT 1 AS a) TO 's3://theirs/x/' WITH (format = 'PARQUET')`,
    'INSERT INTO theirs VALUES (1)',
  ]
  for (const sql of statements) assert.match(await lake.failure(sql), /PERMISSION_DENIED/)
  const { KeyCount } = await theirs.send(new ListObjectsV2Command({ Bucket: 'theirs' }))
  assert.equal(KeyCount, 0)
})

test('what fails on the way leaves no table and no file', async () => {
  const sql = `CREATE TABLE broken WITH (external_location = 's3://data/broken/') AS
    SELECT 10 / (n - 500) AS a FROM UNNEST(sequence(1, 1000)) AS t(n)`
  assert.match(await lake.failure(sql), /DIVISION_BY_ZERO/)
  assert.deepEqual(await keysIn('data', 'broken/'), [])
  assert.match(await lake.failure('SELECT * FROM broken'), /does not exist/)
})

// https://docs.aws.amazon.com/athena/latest/ug/compression-support-zstd-levels.html
test('the level of ZSTD says how much is made of it', async () => {
  const sizes: number[] = []
  for (const level of [1, 22]) {
    await lake.run(`CREATE TABLE level_${level} WITH (write_compression = 'ZSTD', compression_level = ${level},
      external_location = 's3://data/level_${level}/') AS
      SELECT n, cast(n * n AS varchar) || ' words that come again ' || cast(n % 97 AS varchar) AS word FROM (SELECT a * 10 + b AS n FROM UNNEST(sequence(0, 4999)) AS x(a) CROSS JOIN UNNEST(sequence(1, 10)) AS y(b)) AS t`)
    assert.deepEqual(await lake.run(`SELECT count(*), max(n) FROM level_${level}`), [
      ['50000', '50000'],
    ])
    const { Contents } = await lake.s3.send(
      new ListObjectsV2Command({ Bucket: 'data', Prefix: `level_${level}/` }),
    )
    sizes.push(Contents![0]!.Size!)
  }
  assert.ok(sizes[1]! < sizes[0]!, `${sizes}`)
})

// https://docs.aws.amazon.com/athena/latest/ug/insert-into.html, https://docs.aws.amazon.com/athena/latest/ug/avro-serde.html
test('rows are inserted into tables of Avro, by their own schema where they have one', async () => {
  await lake.run(`CREATE EXTERNAL TABLE avro_plain (id int, word string, exact decimal(12,2), at timestamp, facts map<string,double>,
    parts array<struct<n:bigint,b:binary>>) PARTITIONED BY (p string) STORED AS AVRO LOCATION 's3://data/avro_plain/'`)
  const one = `INSERT INTO avro_plain SELECT 1, 'ä', CAST(-12.50 AS decimal(12,2)), TIMESTAMP '1969-12-31 23:59:59.999',
    MAP(ARRAY['k'], ARRAY[0.5e0]), ARRAY[CAST(ROW(9223372036854775807, X'00ff') AS ROW(n bigint, b varbinary)), NULL], 'x'`
  await lake.run(one)
  await lake.run("INSERT INTO avro_plain (id, p) VALUES (2, 'y')")
  assert.deepEqual(
    await lake.run(
      "SELECT id, word, exact, at, facts['k'], parts[1].n, to_hex(parts[1].b), parts[2], p FROM avro_plain WHERE id = 1",
    ),
    [
      [
        '1',
        'ä',
        '-12.50',
        '1969-12-31 23:59:59.999',
        '0.5',
        '9223372036854775807',
        '00FF',
        null,
        'x',
      ],
    ],
  )
  assert.deepEqual(await lake.run("SELECT * FROM avro_plain WHERE p = 'y'"), [
    ['2', null, null, null, null, null, 'y'],
  ])

  const schema = (fields: string) =>
    `{"type":"record","name":"r","fields":[${fields},{"name":"Word","type":["string","null"]}]}`
  const make = (name: string, fields: string) =>
    lake.run(`CREATE EXTERNAL TABLE ${name} (id int, word string) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.avro.AvroSerDe'
      WITH SERDEPROPERTIES ('avro.schema.literal'='${schema(fields)}') STORED AS
      INPUTFORMAT 'org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat'
      OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat' LOCATION 's3://data/${name}/'`)
  await make('avro_own', '{"name":"id","type":"int"}')
  await lake.run("INSERT INTO avro_own VALUES (1, 'a'), (2, NULL)")
  assert.deepEqual(await lake.run('SELECT * FROM avro_own ORDER BY id'), [
    ['1', 'a'],
    ['2', null],
  ])
  const [key] = await keysIn('data', 'avro_own/')
  const file = await textOf(`s3://data/${key}`)
  assert.ok(file.startsWith('Obj\u0001') && file.includes('"name":"Word","type":["string","null"]'))
  assert.match(
    await lake.failure("INSERT INTO avro_own VALUES (NULL, 'b')"),
    /NOT_SUPPORTED: id is NULL, which its Avro schema does not allow/,
  )
  await make('avro_union', '{"name":"id","type":["null","int","string"]}')
  assert.match(await lake.failure("INSERT INTO avro_union VALUES (1, 'b')"), /union/)
  for (const codec of ['NONE', 'DEFLATE', 'SNAPPY', 'ZSTD']) {
    await lake.run(`CREATE TABLE avro_${codec} WITH (format = 'AVRO', write_compression = '${codec}') AS
      SELECT n, cast(n AS varchar) AS t FROM UNNEST(sequence(1, 5000)) AS s(n)`)
    assert.deepEqual(await lake.run(`SELECT sum(n), count(DISTINCT t) FROM avro_${codec}`), [
      ['12502500', '5000'],
    ])
  }
  assert.match(
    await lake.failure("CREATE TABLE no WITH (format = 'AVRO') AS SELECT TINYINT '1' AS a"),
    /NOT_SUPPORTED: column a: tinyint in Avro: use integer instead/,
  )
})

// https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
test('rows are inserted into tables of OpenCSVSerde as quoted text', async () => {
  const make = (name: string, columns: string, properties: string) =>
    lake.run(`CREATE EXTERNAL TABLE ${name} (${columns}) PARTITIONED BY (p int) ROW FORMAT SERDE
      'org.apache.hadoop.hive.serde2.OpenCSVSerde' ${properties} LOCATION 's3://data/${name}/'`)
  await make('csv_plain', 'a string, b string', '')
  const odd = `'say "x", \\ ''y'''`
  await lake.run(`INSERT INTO csv_plain VALUES (${odd}, '', 1), ('ä;b', ',', 2)`)
  assert.deepEqual(await lake.run('SELECT * FROM csv_plain ORDER BY p'), [
    [`say "x", \\ 'y'`, '', '1'],
    ['ä;b', ',', '2'],
  ])
  await make(
    'csv_own',
    'a string',
    `WITH SERDEPROPERTIES ('separatorChar'=';','quoteChar'='\\'','escapeChar'='|')`,
  )
  await lake.run(`INSERT INTO csv_own VALUES ('it''s | "this"; \\', 1)`)
  assert.deepEqual(await lake.run('SELECT a FROM csv_own'), [[`it's | "this"; \\`]])
  assert.match(
    await lake.failure('INSERT INTO csv_own VALUES (NULL, 1)'),
    /NOT_SUPPORTED: CSV cannot hold NULL/,
  )
  assert.match(
    await lake.failure("INSERT INTO csv_own VALUES ('a' || chr(10), 1)"),
    /NOT_SUPPORTED: a value of CSV holds a newline/,
  )
  await make('csv_typed', 'a int', '')
  assert.match(
    await lake.failure('INSERT INTO csv_typed VALUES (1, 1)'),
    /NOT_SUPPORTED: INSERT into CSV: column a is not of type string/,
  )
})

// https://docs.aws.amazon.com/athena/latest/ug/ctas-partitioning-and-bucketing-what-is-bucketing.html
test('buckets are files of rows with the same hash, as Hive counts it', async () => {
  const rows = `VALUES (1, 'hello', DATE '1970-01-05', 5), (1, 'world', NULL, -3),
    (2, '', DATE '1969-12-31', 8589934592), (2, 'hello', NULL, NULL)`
  await lake.run(`CREATE TABLE bucketed WITH (format = 'JSON', write_compression = 'NONE', external_location = 's3://data/bucketed/',
    partitioned_by = ARRAY['p'], bucketed_by = ARRAY['WORD'], bucket_count = 4) AS
    SELECT CAST(word AS varchar) AS word, day, number, p FROM (${rows}) AS t(p, word, day, number)`)
  const files = await keysIn('data', 'bucketed/')
  // "hello".hashCode() of Java is 99162322 and "world".hashCode() is 113318802; both leave 2 when divided by 4.
  assert.deepEqual(
    files.map((key) => /^bucketed\/(p=\d)\/(\d{6}_0)_[\w-]+$/.exec(key)?.slice(1).join(' ')),
    ['p=1 000002_0', 'p=2 000000_0', 'p=2 000002_0'],
  )
  const { Table } = await glue.send(new GetTableCommand({ DatabaseName: 'shop', Name: 'bucketed' }))
  assert.deepEqual(Table!.StorageDescriptor!.BucketColumns, ['word'])
  assert.equal(Table!.StorageDescriptor!.NumberOfBuckets, 4)
  assert.equal(Table!.Parameters!['bucketing_version'], '1')
  assert.deepEqual(await lake.run('SELECT p, word FROM bucketed ORDER BY 1, 2'), [
    ['1', 'hello'],
    ['1', 'world'],
    ['2', ''],
    ['2', 'hello'],
  ])
  assert.match(
    await lake.failure("INSERT INTO bucketed VALUES ('a', NULL, 1, 1)"),
    /NOT_SUPPORTED: INSERT into a bucketed table/,
  )
  for (const [column, count, places] of [
    // Days since 1970: 4, and -1 without its sign; NULL is 0.
    ['day', 3, ['000000_0', '000001_0']],
    // 5, -3 whose halves make 2, 2^33 whose halves make 2, and NULL.
    ['number', 7, ['000000_0', '000002_0', '000005_0']],
  ] as const) {
    const where = `by_${column}`
    await lake.run(`CREATE TABLE ${where} WITH (format = 'PARQUET', external_location = 's3://data/${where}/',
      bucketed_by = ARRAY['${column}'], bucket_count = ${count}) AS SELECT * FROM (${rows}) AS t(p, word, day, number)`)
    const found = (await keysIn('data', `${where}/`)).map((key) => key.slice(where.length + 1))
    assert.deepEqual(
      found.map((name) => name.slice(0, 8)),
      places,
    )
    assert.deepEqual(await lake.run(`SELECT count(*) FROM ${where}`), [['4']])
  }
  assert.match(
    await lake.failure(
      `CREATE TABLE no WITH (bucketed_by = ARRAY['a'], bucket_count = 2) AS SELECT 1.5 AS a`,
    ),
    /NOT_SUPPORTED: bucketing by column a: Hive buckets by boolean/,
  )
  assert.match(
    await lake.failure(`CREATE TABLE no WITH (bucketed_by = ARRAY['a'], bucket_count = 200) AS
      SELECT a FROM UNNEST(sequence(1, 101)) AS t(a)`),
    /HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers/,
  )
})

test('what is not built is refused by name', async () => {
  const refused: [string, RegExp][] = [
    [`format = 'ION'`, /NOT_SUPPORTED: format ION/],
    [`format = 'AVRO', write_compression = 'LZ4'`, /NOT_SUPPORTED: compression LZ4/],
    [`table_type = 'DELTA'`, /NOT_SUPPORTED: table_type DELTA/],
    [`bucketed_by = ARRAY['a']`, /INVALID_TABLE_PROPERTY: bucketed_by and bucket_count must be/],
    [`bucket_count = 4`, /INVALID_TABLE_PROPERTY: bucketed_by and bucket_count must be/],
    [`bucketed_by = ARRAY['b'], bucket_count = 4`, /Bucketing columns \[b\] not present in schema/],
    [`bucketed_by = ARRAY['a'], bucket_count = 1000001`, /should be no more than 1000000/],
    [`write_compression = 'LZ4'`, /NOT_SUPPORTED: compression LZ4/],
    [`colour = 'red'`, /INVALID_TABLE_PROPERTY/],
    [
      `write_compression = 'SNAPPY', compression_level = 3`,
      /compression_level takes 1 to 22, with ZSTD/,
    ],
    [`write_compression = 'ZSTD', compression_level = 23`, /compression_level takes 1 to 22/],
    [
      `format = 'JSON', write_compression = 'ZSTD', compression_level = 3`,
      /compression_level of json/,
    ],
  ]
  for (const [properties, reason] of refused) {
    assert.match(
      await lake.failure(`CREATE TABLE no WITH (${properties}) AS SELECT 1 AS a`),
      reason,
    )
  }
  assert.match(
    await lake.failure('CREATE TABLE no AS SELECT 1'),
    /Column name not specified at position 1/,
  )
  assert.match(
    await lake.failure('CREATE TABLE no AS SELECT NULL AS a'),
    /Column type is unknown at position 1/,
  )
})

// https://docs.aws.amazon.com/athena/latest/ug/insert-into.html
for (const stored of ['PARQUET', 'JSONFILE', 'TEXTFILE']) {
  test(`rows go into a table stored as ${stored}`, async () => {
    const name = `into_${stored.toLowerCase()}`
    await lake.run(`CREATE EXTERNAL TABLE ${name} (id bigint, word string, price decimal(10,2))
      PARTITIONED BY (day date) STORED AS ${stored} LOCATION 's3://data/${name}/'`)
    const execution = await written(
      `INSERT INTO ${name} VALUES (1, 'a', 1.5, DATE '2024-01-01'), (2, NULL, 2.0, DATE '2024-01-02')`,
    )
    assert.equal(execution.StatementType, 'DML')
    assert.equal(execution.SubstatementType, 'INSERT')
    await written(`INSERT INTO ${name} (day, id) SELECT DATE '2024-01-01', 3`)
    assert.deepEqual(await lake.run(`SELECT id, word, price, day FROM ${name} ORDER BY id`), [
      ['1', 'a', '1.50', '2024-01-01'],
      ['2', null, '2.00', '2024-01-02'],
      ['3', null, null, '2024-01-01'],
    ])
    const { Partitions } = await glue.send(
      new GetPartitionsCommand({ DatabaseName: 'shop', TableName: name }),
    )
    assert.deepEqual(Partitions!.map((partition) => partition.Values![0]).toSorted(), [
      '2024-01-01',
      '2024-01-02',
    ])
    const manifest = await textOf(execution.Statistics!.DataManifestLocation!)
    assert.equal(manifest.trimEnd().split('\n').length, 2)
    const wrong = await lake.failure(
      `INSERT INTO ${name} VALUES ('x', 'a', 1.5, DATE '2024-01-01')`,
    )
    assert.match(
      wrong,
      /TYPE_MISMATCH: line 1:1: Insert query has mismatched column types: Table: \[bigint, varchar, decimal\(10,2\), date\], Query: \[varchar\(1\)/,
    )
    assert.match(await lake.failure(`INSERT INTO ${name} (nope) VALUES (1)`), /COLUMN_NOT_FOUND/)
  })
}

test('rows lie where their partition does', async () => {
  await lake.run(`CREATE EXTERNAL TABLE moved (id int) PARTITIONED BY (p string)
    STORED AS PARQUET LOCATION 's3://data/moved/'`)
  await lake.run(`ALTER TABLE moved ADD PARTITION (p = 'x') LOCATION 's3://data/elsewhere/x/'`)
  await written(`INSERT INTO moved VALUES (1, 'x')`)
  assert.equal((await keysIn('data', 'elsewhere/x/')).length, 1)
  assert.deepEqual(await lake.run('SELECT id, p FROM moved'), [['1', 'x']])
  assert.match(await lake.failure(`INSERT INTO nowhere VALUES (1)`), /TABLE_NOT_FOUND/)
})

// https://docs.aws.amazon.com/athena/latest/ug/unload.html
test('a query is unloaded to files', async () => {
  const execution = await written(
    `UNLOAD (SELECT 1 AS a, 'x' AS p) TO 's3://data/unloaded/' WITH (format = 'JSON', compression = 'NONE', partitioned_by = ARRAY['p'])`,
  )
  assert.equal(execution.StatementType, 'DML')
  assert.equal(execution.SubstatementType, 'UNLOAD')
  const [key] = await keysIn('data', 'unloaded/')
  assert.match(key!, /^unloaded\/p=x\//)
  assert.equal(await textOf(`s3://data/${key}`), '{"a":1}\n')
  const manifest = await textOf(execution.Statistics!.DataManifestLocation!)
  assert.equal(manifest, `s3://data/${key}\n`)
  const again = `UNLOAD (SELECT 1 AS a) TO 's3://data/unloaded/' WITH (format = 'PARQUET')`
  assert.match(await lake.failure(again), /HIVE_PATH_ALREADY_EXISTS/)
})

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { bufferSource, openFile } from '#storage/formats'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'

const fixtures = join(import.meta.dirname, '../fixtures/formats')
const fixture = (name: string) => readFile(join(fixtures, name))

let lake: AthenaLake
before(async () => {
  lake = await startAthenaLake()
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

const hiveTypes = {
  boolean: 'boolean',
  int8: 'tinyint',
  int16: 'smallint',
  int32: 'int',
  int64: 'bigint',
  float: 'float',
  double: 'double',
  string: 'string',
  binary: 'binary',
  date: 'date',
  timestamp: 'timestamp',
  instant: 'timestamp',
}

test('ORC: every kind of column, from files of two writers', async () => {
  await lake.put('orc/a.orc', await fixture('kinds-zlib.orc'))
  const file = await openFile(bufferSource(await fixture('kinds-zlib.orc')), { kind: 'orc' })
  const columns = file.fields!.map(({ name, type }) => {
    const hive =
      name === 'list'
        ? 'array<int>'
        : name === 'pairs'
          ? 'map<string,bigint>'
          : name === 'thing'
            ? 'struct<a:int,b:array<struct<c:string>>>'
            : type.kind === 'decimal'
              ? `decimal(${type.precision},${type.scale})`
              : hiveTypes[type.kind as keyof typeof hiveTypes]
    return `\`${name}\` ${hive}`
  })
  await lake.run(`CREATE EXTERNAL TABLE kinds (${columns.join(', ')}) STORED AS ORC
    LOCATION 's3://data/orc/'`)
  const wanted = JSON.parse((await fixture('kinds.json')).toString()) as Record<string, string[]>
  const [counts] = await lake.run(`SELECT count(*), count(flag), sum(number), min(big), max(price),
      count(DISTINCT word), min(day), max_by(text, sequence), sum(cardinality(list)) FROM kinds`)
  const some = (name: string) => wanted[name]!.filter((value) => value !== null)
  assert.deepEqual(counts, [
    '700',
    String(some('flag').length),
    String(some('number').reduce((sum, value) => sum + Number(value), 0)),
    String(
      some('big')
        .map(BigInt)
        .reduce((a, b) => (a < b ? a : b)),
    ),
    some('price').reduce((a, b) => (Number(a) > Number(b) ? a : b)),
    String(new Set(some('word')).size),
    some('day').toSorted()[0],
    wanted['text']!.at(-1) ?? null,
    String(some('list').reduce((sum, list) => sum + list.length, 0)),
  ])
  const place = wanted['thing']!.findIndex((value) => value !== null && value[1] !== null)
  const [, [text]] = wanted['thing']![place] as unknown as [string, [[string]]]
  assert.deepEqual(
    await lake.run(`SELECT thing.b[1].c, at, "$path" FROM kinds WHERE sequence = ${place}`),
    [[text[0], rounded(wanted['at']![place]!), 's3://data/orc/a.orc']],
  )
})

/** Timestamps have milliseconds. */
function rounded(text: string | null): string | null {
  if (text === null) return null
  const [seconds, micros] = text.split('.') as [string, string]
  const millis = Math.round(Number(micros) / 1000)
  const date = new Date(`${seconds.replace(' ', 'T')}Z`).getTime() + millis
  return new Date(date).toISOString().replace('T', ' ').replace('Z', '')
}

// https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
test('ORC is read by place, or by name when the table says so', async () => {
  await lake.put('spark/part=x/a.orc', await fixture('spark-lz4.orc'))
  await lake.put('spark/part=y*z/a.orc', await fixture('spark-zlib.orc'))
  await lake.run(`CREATE EXTERNAL TABLE by_place (first bigint, second boolean)
    PARTITIONED BY (part string) STORED AS ORC LOCATION 's3://data/spark/'`)
  await lake.run('MSCK REPAIR TABLE by_place')
  assert.deepEqual(
    await lake.run('SELECT part, count(*), sum(first) FROM by_place GROUP BY part ORDER BY part'),
    [
      ['x', '300', '44850'],
      ['y*z', '300', '44850'],
    ],
  )
  await lake.run(`CREATE EXTERNAL TABLE by_name (Word string, id bigint, none int, s bigint, at timestamp)
    PARTITIONED BY (part string)
    ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.orc.OrcSerde'
    WITH SERDEPROPERTIES ('orc.column.index.access' = 'false') STORED AS ORC
    LOCATION 's3://data/spark/'`)
  await lake.run('MSCK REPAIR TABLE by_name')
  const wanted = JSON.parse((await fixture('spark.json')).toString()) as Record<string, string[]>
  assert.deepEqual(
    await lake.run(
      "SELECT id, word, none, s, at FROM by_name WHERE part = 'x' ORDER BY id LIMIT 5",
    ),
    [0, 1, 2, 3, 4].map((row) => [
      wanted['id']![row],
      wanted['word']![row],
      null,
      wanted['s']![row],
      rounded(wanted['at']![row]!),
    ]),
  )
  await lake.run(`CREATE EXTERNAL TABLE wrong (first date) PARTITIONED BY (part string)
    STORED AS ORC LOCATION 's3://data/spark/'`)
  await lake.run('MSCK REPAIR TABLE wrong')
  assert.deepEqual(await lake.run('SELECT count(*) FROM wrong'), [['600']])
  assert.match(await lake.failure('SELECT first FROM wrong'), /^HIVE_BAD_DATA: Malformed ORC file/)
})

test('Avro: with and without a schema of the table', async () => {
  for (const codec of ['null', 'snappy', 'bzip2']) {
    await lake.put(`avro/${codec}.avro`, await fixture(`${codec}.avro`))
  }
  await lake.run(`CREATE EXTERNAL TABLE plain_avro (number bigint, big bigint, text string, suit string,
      day date, micros timestamp, price decimal(12,2), pairs map<string,bigint>, thing struct<a:int,b:string>)
    STORED AS AVRO LOCATION 's3://data/avro/'`)
  // Each file has the same 300 rows: see make.py beside the fixtures.
  const spades = Array.from({ length: 300 }, (_, i) => i).filter((i) => i % 2 === 1)
  const numbers = spades.filter((i) => i % 7 > 0).map((i) => i * 1000 - 5000)
  assert.deepEqual(
    await lake.run(`SELECT count(*), sum(number), max(price), min(day), count(thing),
      element_at(max_by(pairs, price), 'k1') FROM plain_avro WHERE suit = 'SPADES'`),
    [
      [
        '450',
        String(3 * numbers.reduce((sum, one) => sum + one, 0)),
        '15.93',
        '1960-04-10',
        String(3 * spades.filter((i) => i % 6 > 0).length),
        '1',
      ],
    ],
  )
  assert.deepEqual(await lake.run('SELECT micros, big FROM plain_avro ORDER BY big LIMIT 1'), [
    ['1950-01-04 11:03:20.000', '-4611686018427388203'],
  ])
  const schema = JSON.stringify({
    type: 'record',
    name: 'row',
    fields: [
      { name: 'added', type: 'string', default: 'none' },
      { name: 'Number', type: ['null', 'double'] },
    ],
  })
  await lake.run(`CREATE EXTERNAL TABLE literal (added string, number double)
    ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.avro.AvroSerDe'
    WITH SERDEPROPERTIES ('avro.schema.literal' = '${schema}')
    STORED AS AVRO LOCATION 's3://data/avro/'`)
  assert.deepEqual(
    await lake.run('SELECT added, max(number), count(number) FROM literal GROUP BY 1'),
    [['none', '294000.0', String(3 * (300 - Math.ceil(300 / 7)))]],
  )
  await lake.run(`CREATE EXTERNAL TABLE by_url (a int)
    ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.avro.AvroSerDe'
    WITH SERDEPROPERTIES ('avro.schema.url' = 's3://data/x') STORED AS AVRO LOCATION 's3://data/avro/'`)
  assert.match(await lake.failure('SELECT * FROM by_url'), /avro.schema.url is not supported/)
})

// https://docs.aws.amazon.com/athena/latest/ug/regex-serde.html
test('regular expressions: what does not match is NULL, as is what is no value of its type', async () => {
  await lake.put('regex/a.log', '2024-01-01 GET 200 12\nnot a line\n2024-01-02 PUT - 7\n')
  await lake.run(`CREATE EXTERNAL TABLE logs (day date, method string, status int, bytes bigint, more string)
    ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
    WITH SERDEPROPERTIES ('input.regex' = '^(\\\\S+)\\\\s+(\\\\S+)\\\\s+(\\\\S+)\\\\s+(\\\\d+)$')
    LOCATION 's3://data/regex/'`)
  assert.deepEqual(await lake.run('SELECT * FROM logs ORDER BY day'), [
    ['2024-01-01', 'GET', '200', '12', null],
    ['2024-01-02', 'PUT', null, '7', null],
    [null, null, null, null, null],
  ])
  await lake.run(`CREATE EXTERNAL TABLE bad_regex (a string)
    ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.RegexSerDe'
    WITH SERDEPROPERTIES ('input.regex' = '(a') LOCATION 's3://data/regex/'`)
  assert.match(
    await lake.failure('SELECT * FROM bad_regex'),
    /s3:\/\/data\/regex\/a.log: .*not a regular/,
  )
})

// https://docs.aws.amazon.com/athena/latest/ug/grok-serde.html
test("Grok, with patterns of one's own, over a compressed file", async () => {
  const line =
    'Feb  9 07:15:00 m4eastmail postfix/smtpd[19305]: B88C4120838: connect from unknown[192.168.55.4]\n'
  await lake.put('grok/a.log.gz', gzipSync(line))
  await lake.run(`CREATE EXTERNAL TABLE mail (syslogbase string, queue_id string, syslog_message string)
    ROW FORMAT SERDE 'com.amazonaws.glue.serde.GrokSerDe'
    WITH SERDEPROPERTIES ('input.grokCustomPatterns' = 'POSTFIX_QUEUEID [0-9A-F]{7,12}',
      'input.format' = '%{SYSLOGBASE} %{POSTFIX_QUEUEID:queue_id}: %{GREEDYDATA:syslog_message}')
    STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
    OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
    LOCATION 's3://data/grok/'`)
  assert.deepEqual(await lake.run('SELECT * FROM mail'), [
    [
      'Feb  9 07:15:00 m4eastmail postfix/smtpd[19305]:',
      'B88C4120838',
      'connect from unknown[192.168.55.4]',
    ],
  ])
})

// https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table.html
test("CloudTrail's files", async () => {
  const records = [
    {
      eventVersion: '1.08',
      userIdentity: {
        type: 'IAMUser',
        userName: 'ann',
        sessionContext: { attributes: { mfaAuthenticated: 'false' } },
      },
      eventName: 'CreateBucket',
      requestParameters: { bucketName: 'b', nested: { n: 1.1 } },
      responseElements: null,
      resources: [{ arn: 'arn:aws:s3:::b', accountId: '1' }],
    },
    { eventVersion: '1.08', eventName: 'ListBuckets', userIdentity: { type: 'Root' } },
  ]
  const text = JSON.stringify({ Records: records })
  await lake.put('trail/2024/a.json.gz', gzipSync(text))
  await lake.put('trail/2024/b.json', JSON.stringify({ Records: [] }))
  const columns = `eventversion string, useridentity struct<type:string,username:string,
      sessioncontext:struct<attributes:struct<mfaauthenticated:string>>>,
    eventname string, requestparameters string, responseelements string,
    resources array<struct<arn:string,accountid:string>>`
  for (const [name, serde] of [
    ['trail', 'com.amazon.emr.hive.serde.CloudTrailSerde'],
    ['trail2', 'org.apache.hive.hcatalog.data.JsonSerDe'],
  ]) {
    await lake.run(`CREATE EXTERNAL TABLE ${name} (${columns}) ROW FORMAT SERDE '${serde}'
      STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
      OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
      LOCATION 's3://data/trail/'`)
    assert.deepEqual(
      await lake.run(`SELECT eventname, useridentity.username,
          useridentity.sessioncontext.attributes.mfaauthenticated,
          json_extract_scalar(requestparameters, '$.nested.n'), responseelements, resources[1].arn
        FROM ${name} ORDER BY 1`),
      [
        ['CreateBucket', 'ann', 'false', '1.1', null, 'arn:aws:s3:::b'],
        ['ListBuckets', null, null, null, null, null],
      ],
    )
  }
})

test('delimited text: escapes, nested values, every compression', async () => {
  await lake.put('lazy/a.txt', 'a\\,b,1;2,k:v,7:x\n\\N,,,\n')
  await lake.run(`CREATE EXTERNAL TABLE lazy (a string, b array<int>, c map<string,string>, d struct<x:int,y:string>)
    ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ESCAPED BY '\\\\'
    COLLECTION ITEMS TERMINATED BY ';' MAP KEYS TERMINATED BY ':' LOCATION 's3://data/lazy/'`)
  assert.deepEqual(await lake.run("SELECT a, b, c['k'], d.y FROM lazy WHERE a IS NOT NULL"), [
    ['a,b', '[1, 2]', 'v', null],
  ])
  await lake.put('lazy2/a.txt', 'x|7;y;k=1\n')
  await lake.run(`CREATE EXTERNAL TABLE lazy2 (a string, d struct<n:int,s:string,m:map<string,int>>)
    ROW FORMAT DELIMITED FIELDS TERMINATED BY '|' COLLECTION ITEMS TERMINATED BY ';'
    LOCATION 's3://data/lazy2/'`)
  assert.deepEqual(await lake.run('SELECT d.n, d.s FROM lazy2'), [['7', 'y']])
})

test('JSON under every compression that Athena reads but LZO', async () => {
  await lake.run(`CREATE EXTERNAL TABLE packed (id int, name string)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://data/packed/'`)
  const names = [
    'text.json.gz',
    'text.json.bz2',
    'text.json.zst',
    'framed.json.snappy',
    'hadoop.json.snappy',
    'linked.json.lz4',
    'hadoop.json.lz4',
  ]
  for (const name of names) await lake.put(`packed/${name}`, await fixture(name))
  assert.deepEqual(
    await lake.run('SELECT "$path", count(*), sum(id) FROM packed GROUP BY 1 ORDER BY 1'),
    names.map((name) => [`s3://data/packed/${name}`, '5000', '12497500']).toSorted(),
  )
  const cut = await fixture('text.json.bz2')
  await lake.put('packed/cut.json.bz2', cut.subarray(0, 3000))
  assert.match(
    await lake.failure('SELECT * FROM packed'),
    /^HIVE_BAD_DATA: Cannot read s3:\/\/data\/packed\/cut.json.bz2/,
  )
  await lake.put('lzo/a.json.lzo', 'x')
  await lake.run(`CREATE EXTERNAL TABLE lzo (id int)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://data/lzo/'`)
  assert.match(await lake.failure('SELECT * FROM lzo'), /compressed as .lzo cannot be read/)
})

test('OpenCSVSerde: backslashes escape, doubled quotes too', async () => {
  await lake.put('csv/a.csv', 'id,text\n1,"say ""hi"""\n')
  await lake.put('csv/b.csv', 'id,text\n2,"say \\"ho\\""\n3,x\\y\n')
  await lake.run(`CREATE EXTERNAL TABLE quoted (id int, text string)
    ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
    LOCATION 's3://data/csv/' TBLPROPERTIES ('skip.header.line.count' = '1')`)
  assert.deepEqual(await lake.run('SELECT id, text FROM quoted ORDER BY id'), [
    ['1', 'say "hi"'],
    ['2', 'say "ho"'],
    ['3', 'xy'],
  ])
})

test('what cannot be read is refused by name', async () => {
  await lake.run(`CREATE EXTERNAL TABLE ion (a int) STORED AS ION LOCATION 's3://data/csv/'`)
  assert.match(await lake.failure('SELECT * FROM ion'), /Amazon Ion files are not supported/)
  await lake.run(`CREATE EXTERNAL TABLE rc (a int) STORED AS RCFILE LOCATION 's3://data/csv/'`)
  assert.match(await lake.failure('SELECT * FROM rc'), /LazyBinaryColumnarSerDe is not supported/)
  await lake.run(`CREATE EXTERNAL TABLE latin (a string)
    ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe'
    WITH SERDEPROPERTIES ('serialization.encoding' = 'ISO-8859-1') LOCATION 's3://data/csv/'`)
  assert.match(await lake.failure('SELECT * FROM latin'), /ISO-8859-1 is not supported/)
  await lake.put('badorc/a.orc', 'this is not ORC, though it is long enough')
  await lake.run(`CREATE EXTERNAL TABLE bad_orc (a int) STORED AS ORC LOCATION 's3://data/badorc/'`)
  assert.match(
    await lake.failure('SELECT * FROM bad_orc'),
    /^HIVE_BAD_DATA: Cannot read s3:\/\/data\/badorc\/a.orc: it is not an ORC file/,
  )
})

test('ORC is written: CREATE TABLE AS, INSERT, UNLOAD, in partitions and in every compression', async () => {
  const query = `SELECT * FROM (VALUES (1, 'a', ARRAY[1, 2], CAST(1.25 AS decimal(9,2)), x'00ff', 'p'),
    (2, NULL, NULL, NULL, NULL, 'q')) AS t (id, name, list, price, bytes, part)`
  await lake.run(`CREATE TABLE made WITH (format = 'ORC', partitioned_by = ARRAY['part'],
    write_compression = 'SNAPPY', external_location = 's3://data/made/') AS ${query}`)
  await lake.run("INSERT INTO made SELECT 3, 'c', ARRAY[9], 2.5, x'01', 'p'")
  assert.deepEqual(await lake.run('SELECT * FROM made ORDER BY id'), [
    ['1', 'a', '[1, 2]', '1.25', '00 ff', 'p'],
    ['2', null, null, null, null, 'q'],
    ['3', 'c', '[9]', '2.50', '01', 'p'],
  ])
  for (const compression of ['NONE', 'ZLIB', 'ZSTD', 'SNAPPY']) {
    const place = `s3://data/unloaded/${compression}/`
    await lake.run(`UNLOAD (SELECT id, name FROM made) TO '${place}'
      WITH (format = 'ORC', compression = '${compression}')`)
    await lake.run(`CREATE EXTERNAL TABLE un_${compression} (id int, name string) STORED AS ORC
      LOCATION '${place}'`)
    assert.deepEqual(await lake.run(`SELECT sum(id), max(name) FROM un_${compression}`), [
      ['6', 'c'],
    ])
  }
  const bad = await lake
    .run(`CREATE TABLE no WITH (format = 'ORC', write_compression = 'GZIP') AS SELECT 1 AS a`)
    .catch((error: Error) => error.message)
  assert.match(String(bad), /compression GZIP of orc is not supported/)
})

// https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html
test('OpenX JSON: dots in keys are underscores when the table says so', async () => {
  await lake.put('dots/a.json', '{"a.b":1,"C":{"x.y":"z"}}\n')
  const make = (name: string, dots: string) =>
    lake.run(`CREATE EXTERNAL TABLE ${name} (a_b int, c struct<x_y:string>)
      ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
      WITH SERDEPROPERTIES ('dots.in.keys' = '${dots}') LOCATION 's3://data/dots/'`)
  await make('dotted', 'TRUE')
  assert.deepEqual(await lake.run('SELECT a_b, c.x_y FROM dotted'), [['1', 'z']])
  await make('undotted', 'FALSE')
  assert.deepEqual(await lake.run('SELECT a_b FROM undotted'), [[null]])
})

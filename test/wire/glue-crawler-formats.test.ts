import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  CreateClassifierCommand,
  CreateCrawlerCommand,
  GetClassifierCommand,
  GetCrawlerCommand,
  GetTableCommand,
  GlueClient,
  StartCrawlerCommand,
  type CreateCrawlerCommandInput,
  type Table,
} from '@aws-sdk/client-glue'
import { IAMClient } from '@aws-sdk/client-iam'
import { poll } from '../harness/index.ts'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { createServiceRole } from '../harness/service-role.ts'

const fixtures = join(import.meta.dirname, '../fixtures/formats')
const fixture = (name: string) => readFile(join(fixtures, name))

let lake: AthenaLake
let glue: GlueClient
before(async () => {
  lake = await startAthenaLake()
  glue = lake.lake.client(GlueClient)
  await lake.run('CREATE DATABASE shop')
  await createServiceRole(lake.lake.client(IAMClient), {
    name: 'c',
    services: ['glue'],
    actions: ['s3:*', 'glue:*'],
  })
})
after(() => lake.lake.stop())

/** Crawls a folder and returns the table that it became, and what the crawl said. */
async function crawl(
  folder: string,
  more: Partial<CreateCrawlerCommandInput> = {},
): Promise<{ table: Table; message: string | undefined }> {
  await glue.send(
    new CreateCrawlerCommand({
      Name: folder,
      Role: 'c',
      DatabaseName: 'shop',
      Targets: { S3Targets: [{ Path: `s3://data/${folder}/` }] },
      ...more,
    }),
  )
  await glue.send(new StartCrawlerCommand({ Name: folder }))
  const last = await poll(`crawler ${folder}`, async () => {
    const { Crawler } = await glue.send(new GetCrawlerCommand({ Name: folder }))
    return Crawler?.State === 'READY' && Crawler.LastCrawl
  })
  assert.equal(last.Status, 'SUCCEEDED', last.ErrorMessage)
  const { Table } = await glue.send(new GetTableCommand({ DatabaseName: 'shop', Name: folder }))
  return { table: Table!, message: last.ErrorMessage }
}

const columnsOf = (table: Table) =>
  Object.fromEntries(table.StorageDescriptor!.Columns!.map(({ Name, Type }) => [Name, Type]))

test('Avro and ORC: types from the files, one bad file skipped and told, rows through SQL', async () => {
  await lake.put('found_avro/a.avro', await fixture('snappy.avro'))
  await lake.put('found_avro/b.avro', (await fixture('snappy.avro')).subarray(0, 100))
  const { table, message } = await crawl('found_avro')
  assert.match(message!, /s3:\/\/data\/found_avro\/b.avro/)
  assert.equal(table.Parameters!['classification'], 'avro')
  const columns = columnsOf(table)
  assert.equal(columns['number'], 'int')
  assert.equal(columns['price'], 'decimal(12,2)')
  assert.equal(columns['micros'], 'timestamp')
  assert.equal(columns['thing'], 'struct<a:int,b:string>')

  await lake.put('found_orc/dt=1/a.orc', await fixture('spark-zlib.orc'))
  await lake.put('found_orc/dt=2/a.orc', await fixture('spark-lz4.orc'))
  const orc = await crawl('found_orc')
  // AWS's too is an estimate from sizes.
  const records = Number(orc.table.Parameters!['recordCount'])
  assert.ok(records > 500 && records < 700, `${records} records`)
  assert.equal(columnsOf(orc.table)['thing'], 'struct<x:int,y:array<struct<z:string>>>')
  assert.deepEqual(
    await lake.run('SELECT dt, count(*), sum(id) FROM found_orc GROUP BY dt ORDER BY dt'),
    [
      ['1', '300', '44850'],
      ['2', '300', '44850'],
    ],
  )
})

// https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-built-in
test('logs that crawlers know: Apache, syslog, Ruby, Redis', async () => {
  const request = '192.0.2.7 - frank [10/Oct/2000:13:55:36 -0700] "GET /x HTTP/1.0" 200 2326'
  await lake.put('weblog/a.gz', gzipSync(`${request} "-" "curl/8"\n${request} "-" "curl/8"\n`))
  const web = await crawl('weblog')
  assert.equal(web.table.Parameters!['classification'], 'combined_apache')
  assert.deepEqual(await lake.run('SELECT clientip, verb, response, agent FROM weblog LIMIT 1'), [
    ['192.0.2.7', 'GET', '200', '"curl/8"'],
  ])
  const logs: Readonly<Record<string, readonly [string, string]>> = {
    apachelog: [request, 'apache'],
    syslog: ['Feb  9 07:15:00 host kernel[1]: started', 'linux_kernel'],
    rubylog: ['I, [2024-01-01T10:00:00.000000 #12]  INFO -- app: hello', 'ruby_logger'],
    redislog: ['[4018] 14 Nov 07:01:22.119 * Background saving', 'redislog'],
    redismon: ['1470637867.953466 [0 195.168.1.1:52500] "info"', 'redismonlog'],
    squidlog: [
      '1066036250.603 310 192.0.2.1 TCP_MISS/200 4111 GET http://www.example.com/ - DIRECT/192.0.2.9 text/html',
      'squid',
    ],
  }
  for (const [folder, [line, classification]] of Object.entries(logs)) {
    await lake.put(`${folder}/a.log`, `${line}\n${line}\n`)
    const { table } = await crawl(folder)
    assert.equal(table.Parameters!['classification'], classification, folder)
    assert.equal(
      table.StorageDescriptor!.SerdeInfo!.SerializationLibrary,
      'com.amazonaws.glue.serde.GrokSerDe',
    )
    assert.deepEqual(await lake.run(`SELECT count(*) FROM ${folder}`), [['2']])
  }
  assert.deepEqual(await lake.run('SELECT program, pid, message FROM syslog LIMIT 1'), [
    ['kernel', '1', 'started'],
  ])
})

test('JSON in arrays, over several lines, in bzip2 and zip', async () => {
  await lake.put('arrays/a.json', '[{"id":1,"x":{"y":"a"}},\n {"id":2}]')
  const arrays = await crawl('arrays')
  assert.deepEqual(columnsOf(arrays.table), { id: 'int', x: 'struct<y:string>' })
  assert.deepEqual(await lake.run('SELECT id, x.y FROM arrays ORDER BY id'), [
    ['1', 'a'],
    ['2', null],
  ])
  await lake.put('pretty/a.json', '{\n  "id": 1,\n  "v": 1.5\n}\n{\n  "id": 2\n}\n')
  await crawl('pretty')
  assert.deepEqual(await lake.run('SELECT id, v FROM pretty ORDER BY id'), [
    ['1', '1.5'],
    ['2', null],
  ])
  await lake.put('packedjson/a.json.bz2', await fixture('text.json.bz2'))
  const packed = await crawl('packedjson')
  assert.equal(packed.table.Parameters!['compressionType'], 'bzip2')
  assert.deepEqual(await lake.run('SELECT count(*), max(id) FROM packedjson'), [['5000', '4999']])
  await lake.put('zipped/a.zip', await fixture('one.zip'))
  await lake.put('zipped/b.zip', await fixture('two.zip'))
  const zipped = await crawl('zipped')
  assert.match(zipped.message!, /b.zip: a ZIP archive must hold one file/)
  assert.deepEqual(columnsOf(zipped.table), { id: 'int', name: 'string' })
  assert.equal(zipped.table.Parameters!['compressionType'], 'zip')
})

test('XML, by its tags and by the row tag of a classifier', async () => {
  const item = (id: number, tags: string) =>
    `<item id="${id}"><name>n${id}</name><price cur="EUR">${id}.5</price>${tags}</item>`
  const xml = `<?xml version="1.0"?><all><head><made>x</made></head><list>${item(1, '<tag>a</tag><tag>b</tag>')}${item(2, '<tag>c</tag>')}</list></all>`
  await lake.put('things/a.xml', xml)
  await glue.send(
    new CreateClassifierCommand({
      XMLClassifier: { Name: 'rows', Classification: 'xml', RowTag: 'item' },
    }),
  )
  const { table } = await crawl('things', { Classifiers: ['rows'] })
  assert.equal(table.Parameters!['classification'], 'xml')
  assert.deepEqual(columnsOf(table), {
    _id: 'bigint',
    name: 'string',
    price: 'struct<_cur:string,_value:double>',
    tag: 'array<string>',
  })
  assert.deepEqual(await lake.run('SELECT _id, price._value, price._cur, tag FROM things'), [
    ['1', '1.5', 'EUR', '[a, b]'],
    ['2', '2.5', 'EUR', '[c]'],
  ])
  await lake.put('plainxml/a.xml', '<r><row><a>1</a></row><row><a>2</a></row></r>')
  await crawl('plainxml')
  assert.deepEqual(await lake.run('SELECT sum(a) FROM plainxml'), [['3']])
})

// https://docs.aws.amazon.com/glue/latest/dg/custom-classifier.html
test("classifiers of one's own: Grok with types and patterns, a JSON path; the first that fits counts", async () => {
  await glue.send(
    new CreateClassifierCommand({
      GrokClassifier: {
        Name: 'app',
        Classification: 'app_log',
        GrokPattern:
          '^%{TIMESTAMP_ISO8601:at} %{LEVEL:level} %{INT:took:int}ms %{GREEDYDATA:text}$',
        CustomPatterns: 'LEVEL (?:LOW|HIGH)',
      },
    }),
  )
  const { Classifier } = await glue.send(new GetClassifierCommand({ Name: 'app' }))
  assert.equal(Classifier!.GrokClassifier!.CustomPatterns, 'LEVEL (?:LOW|HIGH)')
  await glue.send(
    new CreateClassifierCommand({ JsonClassifier: { Name: 'inner', JsonPath: '$.data.rows[*]' } }),
  )
  await lake.put(
    'applog/a.log',
    '2024-01-01T00:00:00Z HIGH 12ms hello\n2024-01-01T00:00:01Z LOW 3ms ho\n',
  )
  const log = await crawl('applog', { Classifiers: ['inner', 'app'] })
  assert.equal(log.table.Parameters!['classification'], 'app_log')
  assert.deepEqual(columnsOf(log.table), {
    at: 'string',
    level: 'string',
    took: 'int',
    text: 'string',
  })
  assert.deepEqual(await lake.run("SELECT took, text FROM applog WHERE level = 'HIGH'"), [
    ['12', 'hello'],
  ])
  await lake.put('inner_json/a.json', '{"data":{"rows":[{"n":1},{"n":2}]},"other":[{"m":1}]}')
  const inner = await crawl('inner_json', { Classifiers: ['inner', 'app'] })
  assert.deepEqual(columnsOf(inner.table), { n: 'int' })
  assert.deepEqual(await lake.run('SELECT sum(n) FROM inner_json'), [['3']])
  for (const bad of [
    { GrokClassifier: { Name: 'x', Classification: 'x', GrokPattern: 'no pattern' } },
    { XMLClassifier: { Name: 'x', Classification: 'x', RowTag: '<a>' } },
    { JsonClassifier: { Name: 'x', JsonPath: '$..a[?(@.b)]' } },
    {},
  ]) {
    await assert.rejects(glue.send(new CreateClassifierCommand(bad)), {
      name: 'InvalidInputException',
    })
  }
})

// https://docs.aws.amazon.com/glue/latest/dg/crawler-data-stores.html
test('Iceberg targets: the newest metadata of each table, and nothing of those that others commit to', async () => {
  await lake.run(`CREATE TABLE origin (id int, name string) LOCATION 's3://data/ice/origin/'
    TBLPROPERTIES ('table_type' = 'ICEBERG')`)
  await lake.run("INSERT INTO origin VALUES (1, 'a')")
  await lake.run('CREATE DATABASE found')
  const name = 'icebergs'
  const make = (Targets: object) =>
    glue.send(new CreateCrawlerCommand({ Name: name, Role: 'c', DatabaseName: 'found', Targets }))
  const crawlAgain = async () => {
    await glue.send(new StartCrawlerCommand({ Name: name }))
    return poll('the crawl', async () => {
      const { Crawler } = await glue.send(new GetCrawlerCommand({ Name: name }))
      return Crawler?.State === 'READY' && Crawler.LastCrawl
    })
  }
  await make({ IcebergTargets: [{ Paths: ['s3://data/ice/'], MaximumTraversalDepth: 3 }] })
  const { Crawler } = await glue.send(new GetCrawlerCommand({ Name: name }))
  assert.deepEqual(Crawler!.Targets!.IcebergTargets, [
    { Paths: ['s3://data/ice/'], Exclusions: [], MaximumTraversalDepth: 3 },
  ])
  assert.equal((await crawlAgain()).Status, 'SUCCEEDED')
  assert.deepEqual(await lake.run('SELECT * FROM found.origin'), [['1', 'a']])
  await lake.run("INSERT INTO origin VALUES (2, 'b')")
  assert.deepEqual(await lake.run('SELECT count(*) FROM found.origin'), [['1']])
  await crawlAgain()
  assert.deepEqual(await lake.run('SELECT count(*) FROM found.origin'), [['2']])
  for (const kind of ['DeltaTargets', 'HudiTargets', 'JdbcTargets']) {
    await assert.rejects(make({ [kind]: [{}] }), {
      name: 'InvalidInputException',
      message: new RegExp(kind),
    })
  }
})

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import {
  createMetastore,
  migrations as catalogMigrations,
  type Metastore,
} from '#catalog/metastore'
import { isLakeError, silentLogger, systemClock } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { createBackground, type Background } from '#platform/jobs'
import { createDuckdbEngine, type QueryEngine } from '#processing/engine'
import {
  createObjectStore,
  migrations as objectMigrations,
  type ObjectStore,
} from '#storage/objects'
import { poll } from '#test/harness'
import { createCrawlers } from './create-crawlers.ts'
import type { Classifiers, CrawlRecord, CrawlerInput, Crawlers } from './crawlers.ts'
import { migrations } from './migrations.ts'

const accountId = '123456789012'
const region = 'us-east-1'
const catalog = { accountId, region }
const bucket = 'lake-data'
const log = silentLogger()

describe('crawlers', () => {
  let folder: string
  let database: Database
  let objects: ObjectStore
  let engine: QueryEngine
  let background: Background
  let metastore: Metastore
  let crawlers: Crawlers
  let classifiers: Classifiers
  /** Keys of objects whose bytes the crawlers have read. */
  let readKeys = new Set<string>()
  /** What crawls wait for before they read. */
  let held: Promise<void> | undefined
  const watched = (): ObjectStore => ({
    ...objects,
    read: async (ref, range) => {
      readKeys.add(ref.key)
      await held
      return objects.read(ref, range)
    },
    localFile: async (ref) => {
      readKeys.add(ref.key)
      await held
      return objects.localFile(ref)
    },
  })

  const open = async () => {
    database = await openSqliteDatabase({
      path: join(folder, 'lake.db'),
      migrations: [...objectMigrations, ...catalogMigrations, ...migrations],
      log,
    })
    await mkdir(join(folder, 'objects'), { recursive: true })
    objects = await createObjectStore({
      database,
      folder: join(folder, 'objects'),
      clock: systemClock,
      log,
    })
    engine = createDuckdbEngine({ folder: join(folder, 'engine'), processes: 1, log })
    background = createBackground(log)
    metastore = createMetastore({ database, clock: systemClock })
    const made = createCrawlers({
      database,
      metastore,
      // Iceberg targets are crawled in test/wire, with real tables.
      tables: { register: () => Promise.reject(new Error('there are no Iceberg tables here')) },
      objects: watched(),
      engine,
      clock: systemClock,
      log,
      background,
      roleRights: async () => ({ permits: async () => true }),
    })
    crawlers = made.crawlers
    classifiers = made.classifiers
  }
  const close = async () => {
    await background.stop()
    await engine.close()
    await objects[Symbol.asyncDispose]()
    await database.close()
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-crawlers-'))
    await open()
    await makeBucket()
  })
  after(async () => {
    await close()
    await rm(folder, { recursive: true })
  })
  let number = 0
  let db: string
  beforeEach(async () => {
    db = `db${++number}`
    await metastore.createDatabase(catalog, { name: db })
  })

  const put = (key: string, content: string | Uint8Array) =>
    objects.put({ accountId, bucket, key }, Buffer.from(content))
  const input = (path: string, more: Partial<CrawlerInput> = {}): CrawlerInput => ({
    name: `crawler-${db}`,
    role: 'r',
    database: db,
    s3Targets: [{ path }],
    catalogTargets: [],
    classifiers: [],
    ...more,
  })
  const crawl = async (name = `crawler-${db}`): Promise<CrawlRecord> => {
    const ref = { ...catalog, crawler: name }
    await crawlers.start(ref)
    return finished(name)
  }
  const finished = (name: string): Promise<CrawlRecord> =>
    poll(`the crawl of ${name}`, async () => {
      const record = await crawlers.get({ ...catalog, crawler: name })
      return record.state === 'READY' && record.lastCrawl
    })
  const tables = async () =>
    (await metastore.listTables({ ...catalog, database: db }, { limit: 100 })).items
  const partitions = async (table: string) =>
    (await metastore.listPartitions({ ...catalog, database: db, table }, { limit: 100 })).items
  const columnsOf = (table: {
    readonly storage?: { readonly columns?: readonly { name: string; type?: string }[] }
  }) => Object.fromEntries((table.storage?.columns ?? []).map((one) => [one.name, one.type]))

  it('infers nested JSON, gzipped or not, and Hive partitions', async () => {
    const event = { id: 1, Name: 'a', tags: ['x'], nested: { big: 5_000_000_000, ratio: 1.5 } }
    const more = { id: 2, name: null, ok: true, nested: { list: [{ a: 1 }, { b: 'c' }] } }
    const lines = gzipSync(`${JSON.stringify(event)}\n${JSON.stringify(more)}\n`)
    await put('events/year=2024/month=01/a.json.gz', lines)
    await put('events/year=2024/month=02/b.json.gz', lines)
    await put('events/_temporary/x', 'ignored')
    await crawlers.create(catalog, input(`s3://${bucket}/events`))
    const done = await crawl()
    assert.equal(done.state, 'COMPLETED', done.message)
    assert.equal(done.summary.tablesCreated, 1)
    assert.equal(done.summary.partitionsCreated, 2)
    const [table] = await tables()
    assert.equal(table?.name, 'events')
    assert.deepEqual(columnsOf(table), {
      id: 'int',
      name: 'string',
      tags: 'array<string>',
      nested: 'struct<big:bigint,ratio:double,list:array<struct<a:int,b:string>>>',
      ok: 'boolean',
    })
    assert.deepEqual(table.partitionKeys, [
      { name: 'year', type: 'string' },
      { name: 'month', type: 'string' },
    ])
    assert.equal(table.parameters?.['classification'], 'json')
    assert.equal(table.parameters?.['compressionType'], 'gzip')
    assert.equal(table.parameters?.['recordCount'], '4')
    assert.equal(table.storage?.location, `s3://${bucket}/events/`)
    assert.equal(table.storage.serde?.serializationLibrary, 'org.openx.data.jsonserde.JsonSerDe')
    assert.deepEqual(
      (await partitions('events')).map((one) => [one.values, one.storage?.location]),
      [
        [['2024', '01'], `s3://${bucket}/events/year=2024/month=01/`],
        [['2024', '02'], `s3://${bucket}/events/year=2024/month=02/`],
      ],
    )
    const again = await crawl()
    assert.deepEqual(
      { ...again.summary },
      { ...done.summary, tablesCreated: 0, partitionsCreated: 0 },
    )
    assert.equal((await tables())[0]?.versionId, '1')
  })

  it('reads Parquet, makes partition_0 of plain folders, skips a bad file and tells it', async () => {
    const parquet = await makeParquet(
      "SELECT 1::BIGINT AS id, {'a': 1.5::DOUBLE, 'b': ['x']} AS s, DATE '2024-01-01' AS d, 1.25::DECIMAL(9,2) AS m",
    )
    const wider = await makeParquet(
      "SELECT 1::BIGINT AS id, {'a': 1.5::DOUBLE, 'b': ['x']} AS s, DATE '2024-01-01' AS d, 1.25::DECIMAL(9,2) AS m, TIMESTAMP '2024-01-01 00:00:00' AS t",
    )
    await put('clicks/2024/01/02/a.parquet', parquet)
    await put('clicks/2024/01/03/a.parquet', wider)
    await put('clicks/2024/01/04/bad.parquet', 'PAR1 this is no parquet PAR1')
    await crawlers.create(catalog, input(`s3://${bucket}/clicks/`, { tablePrefix: 'Raw_' }))
    const done = await crawl()
    assert.equal(done.state, 'COMPLETED', done.message)
    assert.equal(done.summary.filesSkipped, 1)
    assert.match(done.message!, /clicks\/2024\/01\/04\/bad\.parquet/)
    const [table] = await tables()
    assert.equal(table?.name, 'raw_clicks')
    assert.deepEqual(columnsOf(table), {
      id: 'bigint',
      s: 'struct<a:double,b:array<string>>',
      d: 'date',
      m: 'decimal(9,2)',
      t: 'timestamp',
    })
    assert.deepEqual(
      table.partitionKeys?.map((key) => key.name),
      ['partition_0', 'partition_1', 'partition_2'],
    )
    assert.deepEqual(
      (await partitions('raw_clicks')).map((one) => one.values.join('/')),
      ['2024/01/02', '2024/01/03'],
    )
  })

  it('makes one table of each folder that differs, and honours exclusions', async () => {
    await put('mixed/customers/a.json', '{"id":1,"email":"a"}{"id":2,"email":"b"}')
    await put('mixed/orders/a.csv', 'order,price,note\n1,2.5,"a, b"\n2,3,c\n')
    await put('mixed/orders/skip.tmp', 'what\u0000')
    await crawlers.create(
      catalog,
      input(`s3://${bucket}/mixed/`, {
        s3Targets: [{ path: `s3://${bucket}/mixed/`, exclusions: ['**.tmp'] }],
      }),
    )
    const done = await crawl()
    assert.equal(done.message, undefined)
    const [customers, orders] = await tables()
    assert.equal(customers?.name, 'customers')
    assert.equal(orders?.name, 'orders')
    assert.equal(orders.parameters?.['skip.header.line.count'], '1')
    assert.equal(orders.parameters?.['classification'], 'csv')
    assert.deepEqual(Object.keys(columnsOf(orders)), ['order', 'price', 'note'])
  })

  it('updates, logs, deprecates and deletes as its policies say', async () => {
    await put('policy/a=1/x.json', '{"id":1,"v":1,"w":2,"z":3}')
    await put('policy/a=2/x.json', '{"id":1,"v":1,"w":2,"z":3}')
    await crawlers.create(catalog, input(`s3://${bucket}/policy/`))
    const ref = { ...catalog, crawler: `crawler-${db}` }
    await crawl()
    await put('policy/a=2/x.json', '{"id":1,"v":1,"w":2,"z":3,"extra":"e"}')
    await crawlers.update(ref, { updateBehavior: 'LOG' })
    const logged = await crawl()
    assert.match(logged.message!, /only logs/)
    assert.equal(columnsOf((await tables())[0]!)['extra'], undefined)
    await crawlers.update(ref, { updateBehavior: 'UPDATE_IN_DATABASE' })
    const updated = await crawl()
    assert.equal(updated.summary.tablesUpdated, 1)
    assert.equal(updated.summary.partitionsUpdated, 1)
    assert.equal(columnsOf((await tables())[0]!)['extra'], 'string')

    await objects.delete({ accountId, bucket, key: 'policy/a=1/x.json' })
    await crawl()
    const [first] = await partitions('policy')
    assert.equal(first?.parameters?.['DEPRECATED_BY_CRAWLER'], ref.crawler)
    await crawlers.update(ref, { deleteBehavior: 'DELETE_FROM_DATABASE' })
    await crawl()
    assert.deepEqual(
      (await partitions('policy')).map((one) => one.values),
      [['2']],
    )
    await objects.delete({ accountId, bucket, key: 'policy/a=2/x.json' })
    const gone = await crawl()
    assert.equal(gone.summary.tablesDeleted, 1)
    assert.deepEqual(await tables(), [])
  })

  for (const [layout, path] of [
    ['plain', '2024/01/02/03/'],
    ['Hive', 'year=2024/month=01/day=02/hour=03/'],
  ]) {
    it(`adds ${layout} partitions to a table that is there, and changes nothing else`, async () => {
      const root = `firehose-${layout}`.toLowerCase()
      await put(`${root}/${path}part-1.json`, '{"id":1}\n')
      await put(`${root}/${path!.replace('03', '04')}part-1.json`, '{"id":1}\n')
      await put(`${root}/elsewhere/part-1.json`, '{"id":1}\n')
      const keys = ['year', 'month', 'day', 'hour'].map((name) => ({ name, type: 'string' }))
      const storage = {
        location: `s3://${bucket}/${root}/`,
        columns: [{ name: 'id', type: 'bigint' }],
        serde: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe' },
      }
      const parameters = { classification: 'json' }
      const table = { name: 'stream', partitionKeys: keys, storage, parameters }
      await metastore.createTable({ ...catalog, database: db }, table, 'me')
      await crawlers.create(
        catalog,
        input('', { s3Targets: [], catalogTargets: [{ database: db, tables: ['stream'] }] }),
      )
      const done = await crawl()
      assert.equal(done.state, 'COMPLETED', done.message)
      assert.match(done.message!, /1 folders do not fit/)
      const found = await partitions('stream')
      assert.deepEqual(
        found.map((one) => one.values.join('/')),
        ['2024/01/02/03', '2024/01/02/04'],
      )
      assert.equal(found[0]!.storage?.location, `s3://${bucket}/${root}/${path}`)
      const [left] = await tables()
      assert.equal(left?.versionId, '0')
      assert.deepEqual(left.parameters, parameters)
      assert.equal((await crawl()).summary.partitionsCreated, 0)
    })
  }

  it('reads by events what has changed since the last crawl, and nothing else', async () => {
    const parquet = await makeParquet('SELECT 1 AS id')
    const file = (day: string) => `feed/day=${day}/a.parquet`
    for (const day of ['1', '2', '3']) await put(file(day), parquet)
    await put('feed/day=3/bad.parquet', 'PAR1 and nothing more')
    await crawlers.create(
      catalog,
      input(`s3://${bucket}/feed/`, {
        recrawlBehavior: 'CRAWL_EVENT_MODE',
        deleteBehavior: 'DELETE_FROM_DATABASE',
      }),
    )
    const first = await crawl()
    assert.equal(first.summary.partitionsCreated, 3, first.message)
    assert.equal(first.summary.filesSkipped, 1)

    readKeys = new Set()
    await put(file('2'), await makeParquet("SELECT 2 AS id, 'x' AS word"))
    await put(file('4'), parquet)
    await objects.delete({ accountId, bucket, key: file('1') })
    const second = await crawl()
    assert.deepEqual([...readKeys].toSorted(), [file('2'), file('4')])
    assert.deepEqual(second.summary, {
      ...second.summary,
      tablesUpdated: 1,
      partitionsCreated: 1,
      partitionsDeleted: 1,
    })
    // A file that could not be read is told of again.
    assert.match(second.message!, /bad\.parquet/)
    assert.deepEqual(columnsOf((await tables())[0]!), { id: 'int', word: 'string' })
    assert.deepEqual(
      (await partitions('feed')).map((one) => one.values.join()),
      ['2', '3', '4'],
    )

    readKeys = new Set()
    await crawl()
    assert.deepEqual([...readKeys], [])
  })

  it('tells files of one name in two buckets apart', async () => {
    await objects.buckets.create({ accountId, region, name: 'lake-other' })
    await put('twin/a.json', '{"here":1}')
    const there = { accountId, bucket: 'lake-other', key: 'twin/a.json' }
    await objects.put(there, Buffer.from('{"there":"x"}'))
    const s3Targets = [bucket, 'lake-other'].map((name) => ({ path: `s3://${name}/twin/` }))
    await crawlers.create(catalog, input('', { s3Targets }))
    await crawl()
    assert.deepEqual((await tables()).map(columnsOf), [{ here: 'int' }, { there: 'string' }])
  })

  it('fails with a reason when its target cannot be read', async () => {
    await crawlers.create(catalog, input('s3://no-such-bucket/x/'))
    const done = await crawl()
    assert.equal(done.state, 'FAILED')
    assert.ok(done.message)
  })

  it('refuses a second start, an update while it runs, and what cannot be crawled', async () => {
    const name = `crawler-${db}`
    const ref = { ...catalog, crawler: name }
    const code = (expected: string) => (error: unknown) => isLakeError(error, expected)
    await crawlers.create(catalog, input(`s3://${bucket}/mixed/`))
    await assert.rejects(crawlers.stop(ref), code('CrawlerNotRunning'))
    const { promise, resolve: release } = Promise.withResolvers<void>()
    held = promise
    await crawlers.start(ref)
    await assert.rejects(crawlers.start(ref), code('CrawlerRunning'))
    await assert.rejects(crawlers.update(ref, { description: 'x' }), code('CrawlerRunning'))
    await assert.rejects(crawlers.delete(ref), code('CrawlerRunning'))
    await crawlers.stop(ref)
    held = undefined
    release()
    assert.equal((await finished(name)).state, 'STOPPED')
    for (const bad of [
      { schedule: 'cron(61 * * * ? *)' },
      { configuration: '{' },
      { s3Targets: [] },
      { recrawlBehavior: 'CRAWL_EVENT_MODE' as const },
    ])
      await assert.rejects(
        crawlers.create(catalog, input('x', { name: 'bad', ...bad })),
        code('InvalidCrawler'),
      )
    await assert.rejects(crawlers.startSchedule(ref), code('NoSchedule'))
    await crawlers.setSchedule(ref, 'cron(0 12 * * ? *)')
    assert.equal((await crawlers.get(ref)).scheduleState, 'SCHEDULED')
    await crawlers.stopSchedule(ref)
    await assert.rejects(crawlers.stopSchedule(ref), code('ScheduleNotRunning'))
    assert.equal((await crawlers.metrics(ref)).running, false)
    const crawls = await crawlers.listCrawls(ref, {
      limit: 10,
      filters: [{ field: 'STATE', operator: 'EQ', value: 'STOPPED' }],
    })
    assert.equal(crawls.items.length, 1)
    await crawlers.delete(ref)
    await assert.rejects(crawlers.get(ref), code('CrawlerNotFound'))
  })

  it('reads CSV by a classifier', async () => {
    await put('classified/a.txt', 'x#1\ny#2\n')
    await classifiers.create(catalog, {
      kind: 'csv',
      name: 'hash',
      delimiter: '#',
      containsHeader: 'ABSENT',
      header: ['letter', 'figure'],
    })
    await crawlers.create(catalog, input(`${bucket}/classified`, { classifiers: ['hash'] }))
    await crawl()
    assert.deepEqual(columnsOf((await tables())[0]!), { letter: 'string', figure: 'bigint' })
  })

  it('gives columns of CSV the types that a classifier says', async () => {
    await put('typed/a.csv', 'day,price,code\n2024-01-01,1.5,007\n')
    const csv = (name: string, CustomDatatypes: readonly string[]) => ({
      kind: 'csv' as const,
      name,
      containsHeader: 'PRESENT' as const,
      extra: { CustomDatatypeConfigured: true, CustomDatatypes },
    })
    await assert.rejects(classifiers.create(catalog, csv('no', ['MONEY'])), {
      code: 'InvalidClassifier',
    })
    await classifiers.create(catalog, csv('two', ['DATE', 'STRING']))
    await classifiers.create(catalog, csv('three', ['DATE', 'DECIMAL', 'STRING']))
    // One that has not as many types as there are columns does not fit.
    await crawlers.create(catalog, input(`${bucket}/typed`, { classifiers: ['two', 'three'] }))
    await crawl()
    assert.deepEqual(columnsOf((await tables())[0]!), {
      day: 'date',
      price: 'decimal(38,18)',
      code: 'string',
    })
  })

  it('takes up a crawl that a stop of the server cut off', async () => {
    await put('restart/a.json', '{"id":1}')
    await crawlers.create(catalog, input(`s3://${bucket}/restart/`))
    await crawlers.start({ ...catalog, crawler: `crawler-${db}` })
    await close()
    await open()
    const done = await finished(`crawler-${db}`)
    assert.equal(done.state, 'COMPLETED', done.message)
    assert.equal((await tables()).length, 1)
  })

  async function makeBucket(): Promise<void> {
    await objects.buckets.create({ accountId, region, name: bucket })
  }

  async function makeParquet(sql: string): Promise<Buffer> {
    const out = await mkdtemp(join(folder, 'parquet-'))
    await engine.run({
      outputFolder: out,
      statements: [`COPY (${sql}) TO '{out}/x.parquet' (FORMAT parquet)`],
    })
    return readFile(join(out, 'x.parquet'))
  }
})

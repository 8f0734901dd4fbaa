import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { restClient, type RestClient } from './iceberg-client.ts'
import { registerFixture, startIcebergLake } from './iceberg-lake.ts'

/** By `pyarrow.parquet.write_table` of `id`, `at` (nanoseconds in UTC) and `name`. */
const nanosFile = new URL('../fixtures/formats/instants-of-nanoseconds.parquet', import.meta.url)

/** What `make.py` beside the fixtures asks Spark for, in Trino's words. */
const shown = `
  CAST(id AS varchar), CAST(number AS varchar), CAST(real AS varchar), CAST(double_ AS varchar), CAST(price AS varchar),
  CAST(day AS varchar), at, local, name, lower(to_hex(data)), tags[1], CAST(cardinality(tags) AS varchar),
  CAST(element_at(counts, 'k') AS varchar), element_at(by_number, CAST(id AS integer)), CAST(place.lat AS varchar),
  place.note.words, CAST(place.note.tags[2] AS varchar), added`

describe('SQL over Iceberg tables of Avro and ORC, which Spark wrote', () => {
  let lake: Awaited<ReturnType<typeof startIcebergLake>>
  before(async () => {
    lake = await startIcebergLake()
  })
  after(() => lake.lake.stop())

  for (const table of ['avro', 'orc']) {
    it(`reads every row of ${table} as Spark does: schemas that changed, deletes, and Parquet beside it`, async () => {
      const { rows: asSpark } = await registerFixture(lake, table, 'iceberg-formats')
      const rows = await lake.run(`SELECT ${shown} FROM ${table} ORDER BY ${table}.id`)
      // Doubles are printed otherwise by each: they are compared as numbers. Instants are Athena's, to the millisecond.
      const numbers = new Set([2, 3, 14])
      const times = new Set([6, 7])
      const plain = (row: readonly (string | null)[]) =>
        row.map((value, at) => {
          if (value === null) return null
          if (times.has(at)) return value.replace(' UTC', '').slice(0, 23)
          return numbers.has(at) ? Number(value) : value
        })
      assert.deepEqual(rows.map(plain), asSpark.map(plain))
      assert.equal(rows.length, 5)
    })

    it(`finds rows of ${table} by conditions, and counts them without reading a column`, async () => {
      const where = async (condition: string) =>
        (await lake.run(`SELECT id FROM ${table} WHERE ${condition} ORDER BY id`)).flat()
      assert.deepEqual(await where(`name = 'changed'`), ['3'])
      assert.deepEqual(await where(`number > 4`), ['5', '6'])
      assert.deepEqual(await where(`added IS NULL AND place.note.words = 'n1'`), ['1'])
      assert.deepEqual(await where(`by_number IS NULL`), ['4'])
      assert.deepEqual(await lake.run(`SELECT count(*) FROM ${table}`), [['5']])
      const [[path]] = (await lake.run(`SELECT "$path" FROM ${table} WHERE id = 5`)) as [[string]]
      assert.match(path, new RegExp(`\\.${table}$`))
    })

    it(`applies deletes by equality in ${table}, which Flink wrote: of a number, a date, a decimal and a text`, async () => {
      const name = `equality_${table}`
      const { rows } = await registerFixture(lake, name, 'iceberg-equality')
      const all = `SELECT id, name FROM ${name} ORDER BY 1, 2`
      assert.deepEqual(await lake.run(all), rows)
      assert.deepEqual(
        await lake.run(`SELECT file_format FROM "${name}$files" WHERE content = 2`),
        Array.from({ length: 3 }, () => [table.toUpperCase()]),
      )
      assert.deepEqual(await lake.run(`SELECT name FROM ${name} WHERE id = 2`), [['again']])
      // Our deletes beside theirs.
      await lake.run(`DELETE FROM ${name} WHERE id = 3`)
      assert.deepEqual(
        await lake.run(all),
        rows.filter(([id]) => id !== '3'),
      )
    })

    it(`deletes rows of ${table}, and refuses to write files of that format`, async () => {
      await lake.run(`DELETE FROM ${table} WHERE id = 1`)
      await lake.run(`DELETE FROM ${table} WHERE id = 6`)
      assert.deepEqual((await lake.run(`SELECT id FROM ${table} ORDER BY id`)).flat(), [
        '3',
        '4',
        '5',
      ])
      const refused = await lake.failure(`INSERT INTO ${table} (id) VALUES (9)`)
      assert.match(refused, new RegExp(`${table} files`))
    })
  }
})

/** https://iceberg.apache.org/spec/#primitive-types: types of format 3, and tables of format 1. */
describe('SQL over Iceberg tables of formats 1 and 3', () => {
  let lake: Awaited<ReturnType<typeof startIcebergLake>>
  let rest: RestClient
  before(async () => {
    lake = await startIcebergLake()
    rest = restClient(lake.lake)
  })
  after(() => lake.lake.stop())

  const make = async (name: string, version: number, types: Readonly<Record<string, string>>) => {
    const fields = Object.entries(types).map(([column, type], at) => ({
      id: at + 1,
      name: column,
      required: false,
      type,
    }))
    const { status, text } = await rest('POST', '/v1/namespaces/shop/tables', {
      name,
      location: `s3://data/${name}`,
      schema: { type: 'struct', fields },
      properties: { 'format-version': String(version) },
    })
    assert.equal(status, 200, text)
  }

  it('reads and writes nanoseconds that are whole microseconds, and never rounds others', async () => {
    await make('nanos', 3, { id: 'int', at: 'timestamp_ns' })
    await lake.run(
      `INSERT INTO nanos VALUES (1, TIMESTAMP '2024-02-29 12:34:56.123456'), (2, NULL)`,
    )
    await lake.run(`INSERT INTO nanos VALUES (3, TIMESTAMP '1969-12-31 23:59:59.999999')`)
    assert.deepEqual(await lake.run(`SELECT at, typeof(at) FROM nanos ORDER BY id`), [
      ['2024-02-29 12:34:56.123456', 'timestamp(6)'],
      [null, 'timestamp(6)'],
      ['1969-12-31 23:59:59.999999', 'timestamp(6)'],
    ])
    assert.deepEqual(
      await lake.run(`SELECT id FROM nanos WHERE at < TIMESTAMP '1970-01-01 00:00:00'`),
      [['3']],
    )
    await lake.putParquet(
      'finer/a.parquet',
      `SELECT 4::INTEGER AS id, '2024-02-29 12:34:56.123456789'::TIMESTAMP_NS AS at`,
    )
    const added = await rest('POST', '/v1/namespaces/shop/tables/nanos/add-files', {
      location: 's3://data/finer/',
    })
    assert.equal(added.status, 200, added.text)
    assert.match(await lake.failure('SELECT max(at) FROM nanos'), /NOT_SUPPORTED.*timestamp_ns/)
    assert.deepEqual(await lake.run('SELECT count(*) FROM nanos'), [['4']])
    // Compaction keeps every digit: it has no need of SQL's types.
    const path = '/v1/namespaces/shop/tables/nanos/procedures/rewrite_data_files'
    assert.equal((await rest('POST', path, { rewrite_all: true })).json.filesRewritten, 3)
    assert.match(await lake.failure('SELECT max(at) FROM nanos'), /NOT_SUPPORTED.*timestamp_ns/)
    await lake.run('DELETE FROM nanos WHERE id = 4')
    assert.deepEqual(await lake.run('SELECT max(at) FROM nanos'), [['2024-02-29 12:34:56.123456']])
  })

  it('reads and writes instants of nanoseconds, which the engine would cut, with all their digits', async () => {
    const type = 'timestamptz_ns'
    await make('instants', 3, { id: 'int', at: type, name: 'string' })
    await lake.run(
      `INSERT INTO instants VALUES (1, TIMESTAMP '2024-02-29 12:34:56.123456 UTC', 'a'), (2, NULL, 'b')`,
    )
    await lake.run(
      `INSERT INTO instants VALUES (3, TIMESTAMP '1969-12-31 23:59:59.999999 +02:00', 'c')`,
    )
    const all = `SELECT at, typeof(at) FROM instants ORDER BY id`
    const expected = [
      ['2024-02-29 12:34:56.123456 UTC', 'timestamp(6) with time zone'],
      [null, 'timestamp(6) with time zone'],
      ['1969-12-31 21:59:59.999999 UTC', 'timestamp(6) with time zone'],
    ]
    assert.deepEqual(await lake.run(all), expected)
    assert.deepEqual(
      await lake.run(`SELECT id FROM instants WHERE at < TIMESTAMP '1970-01-01 00:00:00 UTC'`),
      [['3']],
    )
    // Files say that they are instants, which the engine itself cannot write.
    const { Contents = [] } = await lake.s3.send(
      new ListObjectsV2Command({ Bucket: 'data', Prefix: 'instants/data/' }),
    )
    assert.equal(Contents.length, 2)
    for (const { Key } of Contents) {
      const { Body } = await lake.s3.send(new GetObjectCommand({ Bucket: 'data', Key }))
      const bytes = Buffer.from(await Body!.transformToByteArray())
      assert.ok(bytes.includes(Buffer.from([0x1c, 0x8c, 0x11, 0x1c, 0x3c, 0, 0, 0, 0])), Key)
    }
    // PyArrow wrote it: a value with more digits than SQL has here, which no query rounds, and compaction keeps.
    await lake.put('finer-instants/a.parquet', await readFile(nanosFile))
    const added = await rest('POST', '/v1/namespaces/shop/tables/instants/add-files', {
      location: 's3://data/finer-instants/',
    })
    assert.equal(added.status, 200, added.text)
    assert.match(await lake.failure('SELECT max(at) FROM instants'), /NOT_SUPPORTED/)
    assert.deepEqual(await lake.run(`SELECT id, name FROM instants WHERE id > 3`), [['4', 'finer']])
    const path = '/v1/namespaces/shop/tables/instants/procedures/rewrite_data_files'
    const done = await rest('POST', path, { rewrite_all: true })
    assert.equal(done.json.filesRewritten, 3, done.text)
    assert.match(await lake.failure('SELECT max(at) FROM instants'), /NOT_SUPPORTED/)
    await lake.run('DELETE FROM instants WHERE id = 4')
    assert.deepEqual(await lake.run(all), expected)
  })

  it('refuses columns of types that SQL has not, and reads the others', async () => {
    for (const type of ['geometry', 'geography']) {
      const name = `of_${type}`
      await make(name, 3, { id: 'int', other: type })
      const refused = await lake.failure(`INSERT INTO ${name} VALUES (1, NULL)`)
      assert.match(refused, new RegExp(type), refused)
      assert.deepEqual(await lake.run(`SELECT count(id) FROM ${name}`), [['0']])
    }
    await make('of_unknown', 3, { id: 'int', nothing: 'unknown' })
    assert.deepEqual(await lake.run('SELECT id FROM of_unknown'), [])
  })

  it('writes into tables of format 1 what that has, rows that change in files of their own, and upgrades them when asked', async () => {
    await make('first', 1, { id: 'int', name: 'string' })
    assert.deepEqual(await lake.run('SELECT count(*) FROM first'), [['0']])
    await lake.run(`INSERT INTO first VALUES (1, 'a'), (2, 'b'), (3, 'c')`)
    await lake.run(`INSERT INTO first VALUES (4, 'd')`)
    await lake.run('DELETE FROM first WHERE id = 2')
    await lake.run(`UPDATE first SET name = 'new' WHERE id = 3`)
    await lake.run(`MERGE INTO first USING (VALUES 4, 5) AS s(n) ON first.id = s.n
      WHEN MATCHED THEN UPDATE SET name = 'met' WHEN NOT MATCHED THEN INSERT VALUES (n, 'came')`)
    const rows = [
      ['1', 'a'],
      ['3', 'new'],
      ['4', 'met'],
      ['5', 'came'],
    ]
    const all = 'SELECT id, name FROM first ORDER BY id'
    assert.deepEqual(await lake.run(all), rows)
    assert.deepEqual(await lake.run('SELECT DISTINCT content FROM "first$files"'), [['0']])
    const path = '/v1/namespaces/shop/tables/first'
    const call = (procedure: string, given: object) =>
      rest('POST', `${path}/procedures/${procedure}`, given)
    const rewritten = await call('rewrite_data_files', { rewrite_all: true })
    assert.ok(rewritten.json.filesRewritten > 1, rewritten.text)
    await call('rewrite_manifests', {})
    assert.deepEqual(await lake.run(all), rows)
    const { metadata } = (await rest('GET', path)).json
    assert.equal(metadata['format-version'], 1)
    assert.equal(metadata['last-sequence-number'], undefined)
    for (const snapshot of metadata.snapshots) assert.equal(snapshot['sequence-number'], undefined)
    assert.ok(metadata.schema.fields.length === 2 && Array.isArray(metadata['partition-spec']))

    await lake.run(`ALTER TABLE first SET TBLPROPERTIES ('format-version' = '2')`)
    const { json } = await rest('GET', path)
    assert.equal(json.metadata['format-version'], 2)
    assert.equal(json.metadata.properties['format-version'], undefined)
    await lake.run(`INSERT INTO first VALUES (6, 'later')`)
    await lake.run('DELETE FROM first WHERE id IN (1, 6)')
    assert.deepEqual(await lake.run(all), rows.slice(1))
    assert.match(
      await lake.failure(`ALTER TABLE first SET TBLPROPERTIES ('format-version' = '1')`),
      /downgrade/,
    )
  })
})

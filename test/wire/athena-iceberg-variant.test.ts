import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { restClient, type RestClient } from './iceberg-client.ts'
import { registerFixture, startIcebergLake } from './iceberg-lake.ts'

/** https://iceberg.apache.org/spec/#semi-structured-types, with what Spark 4 wrote. */
describe('SQL over variants', () => {
  let lake: Awaited<ReturnType<typeof startIcebergLake>>
  let rest: RestClient
  before(async () => {
    lake = await startIcebergLake()
    rest = restClient(lake.lake)
  })
  after(() => lake.lake.stop())

  /** Id, whether the value is NULL, and its JSON. */
  const rowsOf = (table: string, column = 'v') =>
    lake.run(
      `SELECT id, CAST(${column} IS NULL AS varchar), json_format(CAST(${column} AS json)) FROM ${table} ORDER BY id`,
    )
  const call = async (table: string, procedure: string, body: unknown) => {
    const path = `/v1/namespaces/shop/tables/${table}/procedures/${procedure}`
    const { status, text, json } = await rest('POST', path, body)
    assert.equal(status, 200, text)
    return json
  }
  const make = async (table: string, more = '') => {
    const sql = `CREATE TABLE ${table} (id int, v variant${more}) LOCATION 's3://data/${table}'
      TBLPROPERTIES ('table_type' = 'ICEBERG', 'format-version' = '3')`
    await lake.run(sql)
  }

  it('gives what Spark wrote, NULL apart from the null inside of a value, at every depth', async () => {
    const { rows } = await registerFixture(lake, 'variant', 'iceberg-variant')
    const asSpark = rows as unknown as readonly (readonly [
      number,
      boolean,
      string | null,
      string,
    ])[]
    const found = await rowsOf('variant')
    assert.equal(found.length, 10)
    for (const [id, isNull, text] of asSpark) {
      const row = found[id]!
      assert.deepEqual(row.slice(0, 2), [String(id), String(isNull)])
      if (isNull) assert.equal(row[2], null)
      else if (text === null) assert.equal(row[2], 'null')
      // Texts without quotes are Spark's; bytes and the zones of times it shows in its own way.
      else if ([4, 8].includes(id)) assert.equal(JSON.parse(row[2]!), text)
      else if (id !== 3) assert.deepEqual(JSON.parse(row[2]!), JSON.parse(text))
    }
    assert.deepEqual(JSON.parse(found[3]![2]!), {
      at: '2024-02-29 01:02:03.123456+00',
      bytes: '\\x00\\xFF',
      day: '2024-02-29',
      local: '1969-12-31 23:59:59.5',
      price: -0.25,
      real: 1.5,
      tiny: 1,
    })
    assert.match(found[0]![2]!, /"h":12345678901234567890/)
    assert.deepEqual(await rowsOf('variant', 'place.v'), found)
    assert.deepEqual(await rowsOf('variant', 'many[1]'), found)
    assert.deepEqual(await lake.run('SELECT count(*) FROM variant WHERE many[2] IS NULL'), [['10']])
  })

  it('takes the functions of JSON, casts, and refuses what compares', async () => {
    assert.deepEqual(
      await lake.run(
        `SELECT typeof(v), json_extract_scalar(v, '$.b[2]'), CAST(json_extract(v, '$.d') AS decimal(3,2)), v FROM variant WHERE id = 0`,
      ),
      [
        [
          'variant',
          'x',
          '0.25',
          '{"a":1,"b":[1,2.50,"x",null],"c":null,"d":0.25,"e":{"f":true},"g":1e300,"h":12345678901234567890}',
        ],
      ],
    )
    assert.deepEqual(await lake.run('SELECT CAST(v AS bigint) FROM variant WHERE id = 7'), [['-7']])
    for (const sql of [
      'SELECT id FROM variant WHERE v = v',
      'SELECT DISTINCT v FROM variant',
      'SELECT v, count(*) FROM variant GROUP BY v',
      'SELECT count(DISTINCT v) FROM variant',
      'SELECT v FROM variant UNION SELECT v FROM variant',
      'SELECT id FROM variant ORDER BY v',
    ]) {
      assert.match(await lake.failure(sql), /variant/, sql)
    }
  })

  it('keeps values when rows are changed, deleted and written anew', async () => {
    await make('kept')
    await lake.run('INSERT INTO kept SELECT id, v FROM variant')
    const before = await rowsOf('kept')
    assert.deepEqual(await rowsOf('kept'), before)
    await lake.run('UPDATE kept SET id = id + 100 WHERE id < 4')
    await lake.run('DELETE FROM kept WHERE id = 8')
    await lake.run(`MERGE INTO kept USING (VALUES (4), (50)) AS s(n) ON kept.id = s.n
      WHEN MATCHED THEN UPDATE SET id = 104
      WHEN NOT MATCHED THEN INSERT (id, v) VALUES (50, CAST(json_parse('{"new":[true]}') AS variant))`)
    const moved = before
      .filter(([id]) => id !== '8')
      .map(([id, ...row]) => [Number(id) <= 4 ? String(Number(id) + 100) : id, ...row])
    const expected = [...moved, ['50', 'false', '{"new":[true]}']].toSorted(
      (a, b) => Number(a[0]) - Number(b[0]),
    )
    assert.deepEqual(await rowsOf('kept'), expected)
    assert.ok((await call('kept', 'rewrite_data_files', { rewrite_all: true })).filesRewritten > 0)
    assert.deepEqual(await rowsOf('kept'), expected)
    await lake.run(`ALTER TABLE kept SET TBLPROPERTIES ('write.delete.mode' = 'copy-on-write')`)
    await lake.run('DELETE FROM kept WHERE id = 50')
    assert.deepEqual(
      await rowsOf('kept'),
      expected.filter(([id]) => id !== '50'),
    )
    // A day is a day still, no text: the bytes are those that Spark wrote.
    const { Contents = [] } = await lake.s3.send(
      new ListObjectsV2Command({ Bucket: 'data', Prefix: 'kept/data/' }),
    )
    for (const { Key } of Contents.filter((each) => each.Key!.endsWith('.parquet'))) {
      const { Body } = await lake.s3.send(new GetObjectCommand({ Bucket: 'data', Key }))
      const bytes = Buffer.from(await Body!.transformToByteArray())
      // `logicalType`: the union's VARIANT, of version 1.
      assert.ok(bytes.includes(Buffer.from([0x1c, 0x0c, 0x20, 0x13, 0x01, 0x00])), Key)
    }
  })

  it('writes NULL and null as two things, within rows and lists too', async () => {
    await make('nulls', ', place struct<a:int>')
    const added = await rest('POST', '/v1/namespaces/shop/tables/nulls', {
      requirements: [],
      updates: [
        {
          action: 'add-schema',
          schema: {
            type: 'struct',
            fields: [
              { id: 1, name: 'id', required: false, type: 'int' },
              { id: 2, name: 'v', required: false, type: 'variant' },
              {
                id: 5,
                name: 'many',
                required: false,
                type: {
                  type: 'list',
                  'element-id': 6,
                  'element-required': false,
                  element: 'variant',
                },
              },
            ],
          },
        },
        { action: 'set-current-schema', 'schema-id': -1 },
      ],
    })
    assert.equal(added.status, 200, added.text)
    await lake.run(`INSERT INTO nulls VALUES (1, NULL, NULL)`)
    await lake.run(
      `INSERT INTO nulls VALUES (2, JSON 'null', ARRAY[CAST(JSON '{"x": 0.5}' AS variant), CAST(JSON '1' AS variant)])`,
    )
    assert.deepEqual(await rowsOf('nulls'), [
      ['1', 'true', null],
      ['2', 'false', 'null'],
    ])
    assert.deepEqual(
      await lake.run('SELECT json_format(CAST(many AS json)) FROM nulls WHERE id = 2'),
      [['[{"x":0.5},1]']],
    )
    // One file with both: which is which the engine cannot tell, its bytes can.
    await make('both')
    await lake.run(`INSERT INTO both VALUES (1, NULL), (2, JSON 'null'), (3, JSON '3')`)
    assert.deepEqual(await rowsOf('both'), [
      ['1', 'true', null],
      ['2', 'false', 'null'],
      ['3', 'false', '3'],
    ])
    assert.deepEqual(await lake.run('SELECT id FROM both WHERE v IS NULL'), [['1']])
    const refused = await lake.failure(`INSERT INTO both VALUES (4, JSON '18446744073709551615')`)
    assert.match(refused, /Out of range/)
  })

  it('is a type of format 3 alone', async () => {
    const refused = await lake.failure(
      `CREATE TABLE old (id int, v variant) LOCATION 's3://data/old' TBLPROPERTIES ('table_type' = 'ICEBERG')`,
    )
    assert.match(refused, /variant/)
  })
})

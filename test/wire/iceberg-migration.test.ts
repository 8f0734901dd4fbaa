import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { refusal, restClient, type RestClient } from './iceberg-client.ts'

/** Hive tables of Parquet files, taken into Iceberg in place. */
describe('migration into iceberg', () => {
  let athena: AthenaLake
  let rest: RestClient

  before(async () => {
    athena = await startAthenaLake()
    rest = restClient(athena.lake)
    const properties = { location: 's3://data/db' }
    await rest('POST', '/v1/namespaces', { namespace: ['db'], properties })
    await athena.run(`CREATE TABLE db.hive WITH (format = 'PARQUET', external_location = 's3://data/hive/', partitioned_by = ARRAY['day'])
      AS SELECT id, name, day FROM (VALUES (1, 'a', DATE '2024-01-01'), (2, 'b', DATE '2024-01-01'), (3, NULL, DATE '2024-01-02')) AS t(id, name, day)`)
  })
  after(() => athena.lake.stop())

  const make = (name: string, more: object = {}) =>
    rest('POST', '/v1/namespaces/db/tables', {
      name,
      schema: {
        type: 'struct',
        fields: [
          { id: 1, name: 'id', required: false, type: 'int' },
          { id: 2, name: 'name', required: false, type: 'string' },
          { id: 3, name: 'day', required: false, type: 'date' },
        ],
      },
      ...more,
    })
  const byDay = {
    'partition-spec': {
      fields: [{ 'source-id': 3, 'field-id': 1000, name: 'day', transform: 'identity' }],
    },
  }
  const add = (name: string, body: object) =>
    rest('POST', `/v1/namespaces/db/tables/${name}/add-files`, body)
  const source = { source: { namespace: ['db'], name: 'hive' } }

  it('takes a Hive table with its partitions, in place, and both can be read', async () => {
    await make('moved', byDay)
    const added = await add('moved', source)
    assert.deepEqual([added.status, added.json], [200, { files: 2, rows: 3 }], added.text)
    const sql = (table: string) => `SELECT id, name, day FROM db.${table} ORDER BY id`
    const rows = await athena.run(sql('moved'))
    assert.deepEqual(rows, await athena.run(sql('hive')))
    assert.deepEqual(rows, [
      ['1', 'a', '2024-01-01'],
      ['2', 'b', '2024-01-01'],
      ['3', null, '2024-01-02'],
    ])
    // Bounds come from the footers: one file has such ids.
    const plan = await rest('POST', '/v1/namespaces/db/tables/moved/plan', {
      filter: { type: 'gt', term: 'id', value: 2 },
    })
    assert.equal(plan.json['file-scan-tasks'].length, 1)
    // Twice the same files would be twice the same rows.
    assert.deepEqual(refusal(await add('moved', source)), [400, 'BadRequestException'])
    // The names of today's columns are found in files of yesterday's.
    await rest('POST', '/v1/namespaces/db/tables/moved', {
      requirements: [],
      updates: [
        {
          action: 'add-schema',
          schema: {
            type: 'struct',
            fields: [
              { id: 1, name: 'number', required: false, type: 'long' },
              { id: 2, name: 'name', required: false, type: 'string' },
              { id: 3, name: 'day', required: false, type: 'date' },
            ],
          },
        },
        { action: 'set-current-schema', 'schema-id': -1 },
      ],
    })
    assert.deepEqual(await athena.run('SELECT sum(number) FROM db.moved'), [['6']])
  })

  it('goes back by a query', async () => {
    await make('there', byDay)
    await add('there', source)
    await athena.run(
      `CREATE TABLE db.back WITH (format = 'PARQUET', external_location = 's3://data/back/') AS SELECT * FROM db.there`,
    )
    assert.deepEqual(await athena.run('SELECT count(*) FROM db.back'), [['3']])
  })

  it('refuses what does not fit', async () => {
    await make('flat')
    await make('parted', byDay)
    for (const [name, body] of [
      ['flat', source],
      ['flat', {}],
      ['parted', { location: 's3://data/hive/' }],
      ['flat', { source: { namespace: ['db'], name: 'parted' } }],
    ] as const) {
      assert.deepEqual(refusal(await add(name, body)), [400, 'BadRequestException'])
    }
    await athena.put('broken/x.parquet', 'this is no Parquet file')
    const broken = await add('flat', { location: 's3://data/broken/' })
    assert.deepEqual(refusal(broken), [400, 'BadRequestException'])
    assert.match(broken.text, /s3:\/\/data\/broken\/x\.parquet/)
    const missing = { source: { namespace: ['db'], name: 'nothing' } }
    assert.deepEqual(refusal(await add('flat', missing)), [404, 'NoSuchTableException'])
  })
})

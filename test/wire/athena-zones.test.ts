import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startIcebergLake } from './iceberg-lake.ts'

describe('times of which each has a zone of its own', () => {
  let lake: Awaited<ReturnType<typeof startIcebergLake>>
  before(async () => {
    lake = await startIcebergLake()
  })
  after(() => lake.lake.stop())

  const texts = `(VALUES (1, '2024-01-02T03:04:05+05:30'), (2, '2024-01-02T03:04:05Z')) AS v(id, s)`

  it('print their zones in results', async () => {
    assert.deepEqual(await lake.run(`SELECT from_iso8601_timestamp(s) FROM ${texts} ORDER BY id`), [
      ['2024-01-02 03:04:05.000 +05:30'],
      ['2024-01-02 03:04:05.000 UTC'],
    ])
  })

  it('are held in UTC by tables, which have no place for zones', async () => {
    await lake.run(
      `CREATE TABLE zoned WITH (table_type='ICEBERG', is_external=false, location='s3://data/zoned')
       AS SELECT id, from_iso8601_timestamp(s) AS at, ARRAY[from_iso8601_timestamp(s)] AS list FROM ${texts}`,
    )
    await lake.run(`INSERT INTO zoned SELECT id + 2, from_iso8601_timestamp(s), NULL FROM ${texts}`)
    assert.deepEqual(await lake.run('SELECT id, at, list FROM zoned ORDER BY id'), [
      ['1', '2024-01-01 21:34:05.000000 UTC', '[2024-01-01 21:34:05.000000 UTC]'],
      ['2', '2024-01-02 03:04:05.000000 UTC', '[2024-01-02 03:04:05.000000 UTC]'],
      ['3', '2024-01-01 21:34:05.000000 UTC', null],
      ['4', '2024-01-02 03:04:05.000000 UTC', null],
    ])
  })

  it('and what has no form in files is refused by name', async () => {
    const made = (value: string) =>
      lake.failure(
        `CREATE TABLE odd WITH (table_type='ICEBERG', is_external=false, location='s3://data/odd') AS SELECT ${value} AS a`,
      )
    assert.match(
      await made('ST_Point(1, 2)'),
      /^NOT_SUPPORTED: Type not supported for Iceberg: Geometry/,
    )
    assert.match(
      await made('(SELECT approx_set(x) FROM (VALUES 1) AS t(x))'),
      /^NOT_SUPPORTED: .*HyperLogLog/,
    )
  })
})

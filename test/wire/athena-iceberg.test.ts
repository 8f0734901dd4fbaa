import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { registerFixture, startIcebergLake } from './iceberg-lake.ts'

describe('SQL over Iceberg tables that PyIceberg wrote', () => {
  let lake: Awaited<ReturnType<typeof startIcebergLake>>
  before(async () => {
    lake = await startIcebergLake()
  })
  after(() => lake.lake.stop())

  for (const table of ['types', 'evolved', 'deleted', 'imported']) {
    it(`reads every row of ${table} as PyIceberg does, value for value`, async () => {
      const expected = await registerFixture(lake, table)
      assert.deepEqual(await lake.run(`SELECT * FROM ${table} ORDER BY id`), expected.rows)
      const [[count]] = (await lake.run(`SELECT count(*) FROM ${table}`)) as [[string]]
      assert.equal(count, String(expected.rows.length))
    })
  }
})

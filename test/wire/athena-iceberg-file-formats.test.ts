import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { registerFixture, startIcebergLake } from './iceberg-lake.ts'

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

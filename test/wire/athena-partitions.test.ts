import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type AthenaLake, startAthenaLake } from './athena-lake.ts'

/** Conditions on partition keys give the rows that they say, however they are pruned, and read nothing else. */
let fixture: AthenaLake

const days = ['2024-01-01', '2024-01-02', '2024-02-29']
const numbers = [-7, 0, 3, 12]
const names = ['a', "b'c"]
interface Place {
  readonly day: string
  readonly n: number
  readonly name: string
}
const places: readonly Place[] = days.flatMap((day) =>
  numbers.flatMap((n) => names.map((name) => ({ day, n, name }))),
)

before(async () => {
  fixture = await startAthenaLake()
  await fixture.run('CREATE DATABASE shop')
  const shape =
    "(id int) PARTITIONED BY (day date, n int, name string) LOCATION 's3://data/parted/'"
  await fixture.run(`CREATE EXTERNAL TABLE listed ${shape}`)
  await fixture.run(`CREATE EXTERNAL TABLE projected ${shape} TBLPROPERTIES ('projection.enabled'='true',
    'projection.day.type'='date', 'projection.day.format'='yyyy-MM-dd', 'projection.day.range'='2023-12-30,2024-03-02',
    'projection.n.type'='integer', 'projection.n.range'='-10,20', 'projection.name.type'='enum', 'projection.name.values'="a,b'c")`)
  const added: string[] = []
  for (const [id, { day, n, name }] of places.entries()) {
    const folder = `parted/day=${day}/n=${n}/name=${name}/`
    await fixture.put(`${folder}f`, `${id}\n`)
    added.push(`PARTITION (day='${day}', n=${n}, name="${name}") LOCATION "s3://data/${folder}"`)
  }
  await fixture.run(`ALTER TABLE listed ADD ${added.join(' ')}`)
})
after(() => fixture.lake.stop())

const cases: readonly (readonly [string, (place: Place) => boolean, string[]?])[] = [
  ["day = DATE '2024-01-02' AND n = 3", ({ day, n }) => day === '2024-01-02' && n === 3],
  ["day BETWEEN DATE '2024-01-02' AND DATE '2024-02-29'", ({ day }) => day >= '2024-01-02'],
  ["day NOT BETWEEN DATE '2024-01-02' AND DATE '2024-02-01'", ({ day }) => day !== '2024-01-02'],
  ["day <> DATE '2024-01-02'", ({ day }) => day !== '2024-01-02'],
  ["day IN (DATE '2024-01-01', DATE '2020-01-01')", ({ day }) => day === '2024-01-01'],
  ["DATE '2024-01-01' < day", ({ day }) => day > '2024-01-01'],
  ["day = date('2024-01-0' || '1')", ({ day }) => day === '2024-01-01'],
  ['month(day) = 2', ({ day }) => day === '2024-02-29'],
  ['n = -7', ({ n }) => n === -7],
  ['n BETWEEN -7 AND 2', ({ n }) => n <= 0],
  ['n > 3', ({ n }) => n > 3],
  ['n >= 3 AND n < 12', ({ n }) => n === 3],
  ['n IN (12, 3, 99)', ({ n }) => n >= 3],
  ['n IN (1, 2)', () => false],
  ['n % 2 = 1', ({ n }) => n === 3],
  ["name = 'a'", ({ name }) => name === 'a'],
  ["name = 'b''c' AND n <> 0", ({ name, n }) => name !== 'a' && n !== 0],
  ["name LIKE 'b%'", ({ name }) => name !== 'a'],
  ["name > 'a'", ({ name }) => name !== 'a'],
  ["day = DATE '2024-01-02' OR n = 12", ({ day, n }) => day === '2024-01-02' || n === 12],
  ["concat(cast(n AS varchar), name) = '3a'", ({ n, name }) => n === 3 && name === 'a'],
  ['n = ? AND day >= ?', ({ n, day }) => n === 3 && day > '2024-01-01', ['3', "DATE '2024-01-02'"]],
]

for (const table of ['listed', 'projected']) {
  describe(`partitions, ${table}`, () => {
    for (const [condition, test, ExecutionParameters] of cases) {
      it(condition, async () => {
        const id = await fixture.start(
          `SELECT id FROM ${table} WHERE ${condition} ORDER BY id`,
          ExecutionParameters ? { ExecutionParameters } : {},
        )
        const { Status, Statistics } = await fixture.ended(id)
        assert.equal(Status!.State, 'SUCCEEDED', Status!.StateChangeReason)
        const expected = places.flatMap((place, at) => (test(place) ? [at] : []))
        const found = await fixture.rows(id)
        assert.deepEqual(
          found.map(([value]) => Number(value)),
          expected,
        )
        const bytes = expected.reduce((sum, at) => sum + `${at}\n`.length, 0)
        assert.equal(
          Statistics!.DataScannedInBytes,
          bytes,
          'only the partitions that are left are read',
        )
      })
    }
  })
}

it('a NULL partition is in no comparison', async () => {
  await fixture.run(
    "CREATE EXTERNAL TABLE nulls (id int) PARTITIONED BY (n int) LOCATION 's3://data/nulls/'",
  )
  await fixture.run(
    "ALTER TABLE nulls ADD PARTITION (n='__HIVE_DEFAULT_PARTITION__') PARTITION (n=1)",
  )
  await fixture.put('nulls/n=__HIVE_DEFAULT_PARTITION__/f', '1\n')
  await fixture.put('nulls/n=1/f', '2\n')
  assert.deepEqual(await fixture.run('SELECT id FROM nulls WHERE n BETWEEN 0 AND 9'), [['2']])
  assert.deepEqual(await fixture.run('SELECT id FROM nulls WHERE n IS NULL'), [['1']])
  assert.deepEqual(await fixture.run('SELECT id FROM nulls WHERE coalesce(n, 7) = 7'), [['1']])
  assert.deepEqual(await fixture.run('SELECT id FROM nulls WHERE n + 1 = 2'), [['2']])
})

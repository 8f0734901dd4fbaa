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

// https://docs.aws.amazon.com/athena/latest/ug/querying-glue-catalog.html
it('"t$partitions" has a row for each partition of the catalog', async () => {
  assert.deepEqual(
    await fixture.run(`SELECT count(*), min(day), max(n), max(name) FROM shop."listed$partitions"`),
    [[String(places.length), '2024-01-01', '12', "b'c"]],
  )
  await fixture.run(
    "CREATE EXTERNAL TABLE few (id int) PARTITIONED BY (dt string, n int) LOCATION 's3://data/few/'",
  )
  assert.deepEqual(await fixture.run('SELECT * FROM "few$partitions"'), [])
  await fixture.run(
    "ALTER TABLE few ADD PARTITION (dt='a:b', n=-1) PARTITION (dt='__HIVE_DEFAULT_PARTITION__', n=2)",
  )
  assert.deepEqual(await fixture.run('SELECT n, dt FROM "few$partitions" ORDER BY n'), [
    ['-1', 'a:b'],
    ['2', null],
  ])
  assert.match(await fixture.failure('SELECT * FROM "projected$partitions"'), /are projected/)
  await fixture.run("CREATE EXTERNAL TABLE plain (a string) LOCATION 's3://data/plain/'")
  assert.match(await fixture.failure('SELECT * FROM "plain$partitions"'), /^TABLE_NOT_FOUND/)
})

// https://trino.io/docs/current/connector/hive.html#metadata-columns
it('rows tell of the file that they stand in', async () => {
  const [row] =
    await fixture.run(`SELECT "$path", "$partition", "$file_size", typeof("$file_modified_time"),
      "$file_modified_time" BETWEEN current_timestamp - interval '1' hour AND current_timestamp + interval '1' hour
    FROM listed WHERE day = DATE '2024-01-01' AND n = 0 AND name = 'b''c'`)
  const folder = "day=2024-01-01/n=0/name=b'c"
  assert.deepEqual(row, [
    `s3://data/parted/${folder}/f`,
    // As Hive's FileUtils.escapePathName has it.
    'day=2024-01-01/n=0/name=b%27c',
    '2',
    'timestamp(3) with time zone',
    'true',
  ])
  // One object in two partitions.
  await fixture.run(
    "CREATE EXTERNAL TABLE twice (id int) PARTITIONED BY (p string) STORED AS PARQUET LOCATION 's3://data/twice/'",
  )
  await fixture.putParquet('twice/p=a/f.parquet', 'SELECT 1::INTEGER AS id')
  await fixture.run(
    "ALTER TABLE twice ADD PARTITION (p='a') PARTITION (p='b') LOCATION 's3://data/twice/p=a/'",
  )
  assert.deepEqual(await fixture.run('SELECT "$partition" FROM twice ORDER BY 1'), [
    ['p=a'],
    ['p=b'],
  ])
  await fixture.run("CREATE EXTERNAL TABLE whole (id int) LOCATION 's3://data/twice/none/'")
  assert.deepEqual(await fixture.run('SELECT "$file_size" FROM whole'), [])
  assert.match(await fixture.failure('SELECT "$partition" FROM whole'), /^COLUMN_NOT_FOUND/)
})

// https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
it('finds one of millions of projected partitions, and keeps the spaces of enum', async () => {
  await fixture.run(`CREATE EXTERNAL TABLE minutes (id int) PARTITIONED BY (at string, kind string, n int)
    LOCATION 's3://data/minutes/' TBLPROPERTIES ('projection.enabled'='true', 'projection.at.type'='date',
      'projection.at.format'='yyyy-MM-dd-HH-mm', 'projection.at.range'='2000-01-01-00-00,NOW+1DAY',
      'projection.at.interval'='1', 'projection.at.interval.unit'='MINUTES',
      'projection.kind.type'='enum', 'projection.kind.values'='a, b', 'projection.n.type'='integer',
      'projection.n.range'='-10,10', 'projection.n.interval'='5', 'projection.n.digits'='3')`)
  await fixture.put('minutes/at=2024-05-06-07-08/kind= b/n=-05/f', '7\n')
  assert.deepEqual(await fixture.run("SELECT * FROM minutes WHERE at = '2024-05-06-07-08'"), [
    ['7', '2024-05-06-07-08', ' b', '-5'],
  ])
  assert.deepEqual(
    await fixture.run("SELECT id FROM minutes WHERE at > '2024-05-06-07' AND at < '2024-05-06-08'"),
    [['7']],
  )
  assert.match(
    await fixture.failure('SELECT count(*) FROM minutes'),
    /^HIVE_EXCEEDED_PARTITION_LIMIT/,
  )
})

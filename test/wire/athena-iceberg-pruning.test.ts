import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startIcebergLake } from './iceberg-lake.ts'

/** Numbers that look random and are the same in each run: Knuth's MMIX generator. */
function generator(seed: number): (below: number) => number {
  let state = BigInt(seed)
  return (below) => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % 2n ** 64n
    return Number((state >> 33n) % BigInt(below))
  }
}

const columns = ['i', 'l', 'd', 'f', 'p', 's', 'day', 'at', 'z', 'b', 'r.n'] as const
type Column = (typeof columns)[number]

describe('pruning loses no row: random conditions over Iceberg tables of many files, against the rows themselves', () => {
  let lake: Awaited<ReturnType<typeof startIcebergLake>>
  const random = generator(42)
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!

  before(async () => {
    lake = await startIcebergLake()
    // Each row of its own file's group: nulls, NaN, both zeros and times before 1970 among them.
    await lake.run(
      `CREATE TABLE flat WITH (external_location = 's3://data/flat') AS SELECT
         CAST(x AS integer) AS x,
         CASE WHEN x % 11 <> 0 THEN CAST(x % 23 - 9 AS integer) END AS i,
         CASE WHEN x % 13 <> 0 THEN x * 1000003 - 50000000 END AS l,
         CASE WHEN x % 17 = 0 THEN NULL WHEN x % 19 = 0 THEN nan() WHEN x % 23 = 0 THEN 0.0E0 ELSE x * 0.25E0 - 10 END AS d,
         CASE WHEN x % 7 <> 0 THEN CAST(x / 8.0E0 AS real) END AS f,
         CASE WHEN x % 5 <> 0 THEN CAST(x * 1.37 - 60 AS decimal(9,2)) END AS p,
         CASE WHEN x % 9 <> 0 THEN substr('abcdefghijklmnopqrstuvwxyz', CAST(x % 20 + 1 AS bigint), CAST(x % 5 AS bigint)) || 'ü' END AS s,
         CASE WHEN x % 6 <> 0 THEN DATE '1969-12-20' + x * INTERVAL '1' DAY END AS day,
         CASE WHEN x % 8 <> 0 THEN TIMESTAMP '1969-12-31 00:00:00' + x * INTERVAL '7' HOUR END AS at,
         x % 3 = 0 AS b,
         CAST(x % 31 AS integer) AS n
       FROM UNNEST(sequence(1, 240)) AS t(x)`,
    )
  })
  after(() => lake.lake.stop())

  const select = `SELECT x, i, l, d, f, p, s, day, at, at AT TIME ZONE 'UTC' AS z, b, CAST(ROW(n) AS ROW(n integer)) AS r FROM flat`

  function literal(column: Column): string {
    const n = random(240)
    switch (column) {
      case 'i':
      case 'r.n':
        return String(random(40) - 15)
      case 'l':
        return `BIGINT '${n * 1_000_003 - 50_000_000 + random(2)}'`
      case 'd':
        return pick([`${n / 4 - 10}E0`, '0.0E0', '-0.0E0', 'infinity()'])
      case 'f':
        return `REAL '${n / 8}'`
      case 'p':
        return `${(n * 1.37 - 60).toFixed(2)}`
      case 's':
        return `'${pick(['a', 'abc', 'efü', 'm', 'q', 'z', 'ü', ''])}'`
      case 'day':
        return `DATE '${new Date(Date.UTC(1969, 11, 20 + n)).toISOString().slice(0, 10)}'`
      case 'at':
      case 'z': {
        const text = new Date(Date.UTC(1969, 11, 31) + n * 7 * 3_600_000).toISOString()
        const zone = column === 'z' ? ' UTC' : ''
        return `TIMESTAMP '${text.slice(0, 19).replace('T', ' ')}${zone}'`
      }
      case 'b':
        return pick(['true', 'false'])
    }
  }

  function condition(depth: number): string {
    const kind = random(depth > 2 ? 7 : 10)
    const column = pick(columns)
    switch (kind) {
      case 0:
        return `${column} IS ${pick(['', 'NOT '])}NULL`
      case 1:
        return `${column} IN (${literal(column)}, ${literal(column)}, ${literal(column)})`
      case 2:
        return `${column} BETWEEN ${literal(column)} AND ${literal(column)}`
      case 3:
        return pick([
          `s LIKE '${pick(['a', 'abc', 'ef', 'm'])}%'`,
          `s NOT LIKE '${pick(['a', 'ef'])}%'`,
          `CAST(at AS date) ${pick(['=', '<', '>=', '<>'])} ${literal('day')}`,
          `date_trunc('month', day) = DATE '1970-0${1 + random(8)}-01'`,
          `year(day) = ${1969 + random(3)}`,
          `i + 1 > ${random(20)}`,
          `is_nan(d)`,
          `coalesce(i, 3) = 3`,
        ])
      case 7:
        return `(${condition(depth + 1)} AND ${condition(depth + 1)})`
      case 8:
        return `(${condition(depth + 1)} OR ${condition(depth + 1)})`
      case 9:
        return `NOT (${condition(depth + 1)})`
      default:
        return `${column} ${pick(['=', '<>', '<', '<=', '>', '>='])} ${literal(column)}`
    }
  }

  const partitionings = [
    [],
    ['truncate(x, 12)'],
    ['bucket(i, 5)', 'year(day)'],
    ['bucket(s, 4)', 'month(day)'],
    ['month(at)'],
    ['truncate(s, 2)', 'bucket(l, 3)'],
    ['truncate(p, 1000)', 'b'],
    ['i'],
  ]
  for (const [index, partitioning] of partitionings.entries()) {
    it(`parted by ${partitioning.join(', ') || 'nothing'}`, async () => {
      const table = `pruned${index}`
      const list = partitioning.map((term) => `'${term}'`).join(', ')
      await lake.run(
        `CREATE TABLE ${table} WITH (table_type = 'ICEBERG', is_external = false, location = 's3://data/${table}'${list && `, partitioning = ARRAY[${list}]`}) AS ${select} WHERE x <= 120`,
      )
      await lake.run(`INSERT INTO ${table} ${select} WHERE x > 120`)
      const conditions = Array.from({ length: 40 }, () => condition(0))
      const counted = conditions.map((each) => `count_if(${each})`).join(', ')
      const [expected] = await lake.run(`SELECT ${counted} FROM (${select}) AS q`)
      const scans = conditions.map(
        (each, at) => `SELECT ${at} AS n, count(*) AS c FROM ${table} WHERE ${each}`,
      )
      const found = await lake.run(`SELECT c FROM (${scans.join(' UNION ALL ')}) ORDER BY n`)
      for (const [at, each] of conditions.entries()) {
        assert.equal(found[at]![0], expected![at], each)
      }
    })
  }
})

import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { AthenaLake } from './athena-lake.ts'
import { type HostileStatements, startHostile } from './hostile-statements.ts'

/*
 * What stays in the engine from query to query (its processes, instances, macros and the memory that results are printed in) is nothing that a
 * query can reach, change or break for the next.
 */
let fixture: AthenaLake
let hostile: HostileStatements
before(async () => {
  hostile = await startHostile()
  fixture = hostile.fixture
})
after(() => fixture.lake.stop())

const fails: HostileStatements['fails'] = (sql) => hostile.fails(sql)
const survives: HostileStatements['survives'] = (sql, secondsMax) =>
  hostile.survives(sql, secondsMax)
const lives: HostileStatements['lives'] = () => hostile.lives()
const all: HostileStatements['all'] = (...given) => hostile.all(...given)

describe('what one query leaves for the next', () => {
  const sources = ['src/consumption', 'src/processing'].flatMap((folder) =>
    readdirSync(join(import.meta.dirname, '../..', folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => readFileSync(join(import.meta.dirname, '../..', folder, name), 'utf8')),
  )
  /** What our statements call, and what stays in the engine from query to query. */
  const own = [
    ...new Set(
      sources.flatMap((text) =>
        [...text.matchAll(/CREATE MACRO (\w+)\(|engineFunction\(\s*'(\w+)'/g)].map(
          ([, macro, name]) => macro ?? name!,
        ),
      ),
    ),
  ]
  /** Its answer comes through macros and functions of ours. */
  const isRight = async () =>
    assert.deepEqual(
      await fixture.run(
        `SELECT ARRAY[1e300, 0.5e0], date_diff('month', DATE '2024-01-31', DATE '2024-02-28'), 7 / -2, regexp_extract('a1b22', '\\d+', 0), format('%.2f', 1.005e0)`,
      ),
      [['[1.0E300, 0.5]', '0', '-3', '1', '1.01']],
    )

  it('is none of our macros and functions, by any name', async () => {
    assert.ok(own.length > 150, `${own.length} names were found`)
    await all(
      own.flatMap((name) => [`SELECT ${name}('x')`, `SELECT "${name}"(1, 2)`]),
      fails,
    )
    await all(
      own.slice(0, 20).map((name) => `SELECT * FROM TABLE(${name}('x'))`),
      fails,
    )
    await isRight()
  })

  it('is no macro of the user, and none of ours is another by a name of his', async () => {
    for (const name of ['trino_double_text', 'trino_divide', 'trino_element_at', 'c0', 'q', 'r0']) {
      assert.deepEqual(
        await fixture.run(`WITH ${name} AS (SELECT 5 AS ${name}) SELECT ${name} FROM ${name}`),
        [['5']],
      )
      assert.deepEqual(await fixture.run(`SELECT transform(ARRAY[1, 2], ${name} -> ${name} * 2)`), [
        ['[2, 4]'],
      ])
      assert.deepEqual(await fixture.run(`SELECT ${name}.id FROM t AS ${name} ORDER BY 1`), [
        ['1'],
        ['2'],
      ])
      assert.deepEqual(
        await fixture.run(`SELECT x.${name} / 2e0 FROM (SELECT 3 AS ${name}) AS x`),
        [['1.5']],
      )
      await fails(`CREATE MACRO ${name}(a) AS 666`)
      await fails(`CREATE FUNCTION ${name}(a integer) RETURNS integer RETURN 666`)
      await fails(`WITH FUNCTION ${name}(a integer) RETURNS integer RETURN 666 SELECT ${name}(1)`)
      await isRight()
    }
  })

  it('is no catalog, no table and no file of another, nor of its own before', async () => {
    await fixture.run('SELECT word, count(*) OVER () FROM t')
    await fixture.run('SELECT a.id FROM t AS a JOIN t AS b ON a.id = b.id')
    const names = ['task1', 'task2', 'memory', 'temp', 'system', 'lake', 'main', 'kept', 'lasting']
    await all(
      names.flatMap((name) => [
        `SELECT * FROM "${name}"."main"."t"`,
        `SELECT * FROM ${name}.lake.t0`,
        `SELECT * FROM ${name}.t0`,
        `SELECT * FROM "${name}"`,
        `SELECT * FROM ${name}.information_schema.tables`,
        `DROP TABLE ${name}.t0`,
        `CREATE TABLE ${name}.main.made AS SELECT 1 AS a`,
      ]),
      fails,
    )
    await all(
      ['in', 'out', 'lasting', 'lasting/in', 'spill', '..', '../in'].flatMap((folder) => [
        `SELECT * FROM "${folder}/t0/f0.csv"`,
        `SELECT * FROM '${folder}/*'`,
        `SELECT * FROM "{in}/${folder}/*"`,
      ]),
      fails,
    )
    await lives()
  })

  it('is no name that his databases and tables may have', async () => {
    for (const name of ['memory', 'temp', 'main', 'lake', 'pg_catalog', 'task3']) {
      await fixture.run(`CREATE DATABASE ${name}`)
      await fixture.put(`named/${name}/a.csv`, `7,${name}\n`)
      await fixture.run(
        `CREATE EXTERNAL TABLE ${name}.t0 (id int, word string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://data/named/${name}/'`,
      )
      assert.deepEqual(await fixture.run(`SELECT * FROM ${name}.t0`), [['7', name]])
      assert.deepEqual(
        await fixture.run(
          `SELECT a.word, b.word FROM ${name}.t0 AS a, ${name}.t0 AS b, t WHERE t.id = 1 AND 'lake.t0 {in}' = 'lake.t0 {in}'`,
        ),
        [[name, name]],
      )
    }
    assert.deepEqual(
      await fixture.run(
        `SELECT 'lake.t0', "lake.t1", '{in}/{out}' FROM (SELECT id AS "lake.t1" FROM t WHERE id = 2)`,
      ),
      [['lake.t0', '2', '{in}/{out}']],
    )
    await lives()
  })

  it('is no setting, no variable, no seed and no statement', async () => {
    await all(
      `SET SESSION search_path = memory; SET search_path = memory; SET VARIABLE a = 1; SET TIME ZONE 'Asia/Tokyo'; USE memory; USE shop;
      SELECT setseed(0.5); SELECT set_config('search_path', 'memory', false); RESET search_path; SET ROLE admin; SET PATH memory;
      SELECT current_setting('search_path'); SELECT getvariable('a'); EXECUTE kept; DEALLOCATE PREPARE kept; DEALLOCATE ALL`
        .split(';')
        .map((sql) => sql.trim()),
      fails,
    )
    assert.deepEqual(await fixture.run('SELECT current_timezone()'), [['UTC']])
    await isRight()
  })
})

describe('what a result cannot break', () => {
  it('is its file: any text comes back as it is', async () => {
    const texts = [
      '',
      '"',
      '""',
      '","',
      '"\n"',
      '\r\n',
      ',',
      '\u0000',
      'a\u0000"b',
      '\u{1F600}"',
      'é'.repeat(11),
      '"'.repeat(40),
      "'",
      '\\"',
    ]
    const literals = texts.map((text) => `'${text.replaceAll("'", "''")}'`)
    assert.deepEqual(
      (
        await fixture.run(
          `SELECT * FROM (VALUES ${literals.map((text, index) => `(${index}, ${text})`).join(', ')}) AS v(n, s) ORDER BY n`,
        )
      ).map(([, text]) => text),
      texts,
    )
    assert.deepEqual(await fixture.run(`SELECT ${literals.join(', ')}`), [texts])
  })

  it('is its header: any name', async () => {
    const name = 'a"",\n"x"'
    const quoted = `"${name.replaceAll('"', '""')}"`
    const id = await fixture.start(`SELECT 1 AS ${quoted}, 2 AS ${quoted}, 3`)
    assert.equal((await fixture.ended(id)).Status!.State, 'SUCCEEDED')
    assert.deepEqual(await fixture.rows(id), [['1', '2', '3']])
  })

  it('is the memory that prints it: long values, many columns, many rows', async () => {
    await survives(`SELECT rpad('x', 30000000, '"')`, 60)
    await survives(`SELECT rpad('x', 3000000 + n, '"') FROM UNNEST(sequence(1, 200)) AS x(n)`, 60)
    const columns = Array.from({ length: 4000 }, (_, n) => `n + ${n} AS c${n}`).join(', ')
    await survives(`SELECT ${columns} FROM UNNEST(sequence(1, 5000)) AS x(n)`, 60)
    const long = await fixture.run(`SELECT length(s), s FROM (SELECT rpad('', 100000, '"é') AS s)`)
    assert.deepEqual(long, [['100000', '"é'.repeat(50_000)]])
    await lives()
  })
})

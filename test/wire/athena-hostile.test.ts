import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import type { AthenaLake } from './athena-lake.ts'
import { type HostileStatements, startHostile } from './hostile-statements.ts'

/*
 * Statements of somebody who wants what is not his, or wants to bring the server down: each is refused or fails, tells nothing, and
 * the next query runs. `npm run test:hostile` runs these and those against S3.
 */
let fixture: AthenaLake
let hostile: HostileStatements
before(async () => {
  hostile = await startHostile()
  fixture = hostile.fixture
})
after(() => fixture.lake.stop())

const attempt: HostileStatements['attempt'] = (sql, secondsMax) => hostile.attempt(sql, secondsMax)
const fails: HostileStatements['fails'] = (sql) => hostile.fails(sql)
const survives: HostileStatements['survives'] = (sql, secondsMax) =>
  hostile.survives(sql, secondsMax)
const lives: HostileStatements['lives'] = () => hostile.lives()
const all: HostileStatements['all'] = (...given) => hostile.all(...given)

const readers =
  `read_csv read_csv_auto read_text read_blob read_json read_json_auto read_json_objects read_json_objects_auto read_ndjson
  read_ndjson_auto read_ndjson_objects read_parquet parquet_scan parquet_metadata parquet_schema parquet_file_metadata
  parquet_kv_metadata parquet_bloom_probe sniff_csv glob read_duckdb duckdb_scan sqlite_scan sqlite_attach postgres_scan postgres_query
  mysql_scan iceberg_scan iceberg_metadata delta_scan st_read read_xlsx arrow_scan query query_table python_map_function
  sql_auto_complete`.split(/\s+/)
const tellers =
  `duckdb_settings duckdb_secrets duckdb_databases duckdb_functions duckdb_tables duckdb_extensions duckdb_memory
  duckdb_temporary_files duckdb_logs duckdb_variables which_secret pragma_database_list pragma_version pragma_storage_info
  pragma_platform pragma_user_agent test_all_types repeat_row summary seq_scan checkpoint force_checkpoint disable_logging
  enable_profiling json_execute_serialized_sql from_substrait`.split(/\s+/)
const scalars =
  `getenv current_setting set_config getvariable write_log parse_path pg_read_file lo_import add_parquet_key nextval
  currval txid_current current_query in_search_path create_sort_key error sleep_ms json_serialize_sql json_serialize_plan
  json_deserialize_sql`.split(/\s+/)

describe('what a query cannot reach', () => {
  it('is any file, through any function that takes a name, wherever it stands', async () => {
    const path = "'/etc/passwd'"
    const forms = (name: string) => [
      `SELECT * FROM ${name}(${path})`,
      `SELECT * FROM TABLE(${name}(${path}))`,
      `SELECT ${name}(${path})`,
      `SELECT * FROM t CROSS JOIN LATERAL (SELECT * FROM ${name}(${path}))`,
      `WITH x AS (SELECT * FROM ${name}(${path})) SELECT * FROM x`,
      `SELECT id FROM t WHERE word IN (SELECT * FROM ${name}(${path}))`,
    ]
    await all(readers.flatMap(forms), fails)
    await lives()
  })

  it('is what the engine knows of itself, its settings or its environment', async () => {
    await all(
      [
        ...tellers.flatMap((name) => [`SELECT * FROM ${name}()`, `SELECT ${name}()`]),
        ...scalars.map((name) => `SELECT ${name}('PATH')`),
        'SELECT * FROM "duckdb_settings"',
        "SELECT * FROM pragma_table_info('t')",
        'SELECT * FROM "sqlite_master"',
        'SELECT * FROM "pg_catalog"."pg_class"',
        'SELECT * FROM "system"."information_schema"."tables"',
        'SELECT * FROM "temp"."information_schema"."tables"',
        'SELECT * FROM "memory"."main"."t"',
        'SELECT * FROM "lake"."t0"',
        'SELECT * FROM lake.t0',
        'SELECT c0 FROM t',
        'SELECT * FROM "t0"',
        'SELECT $1',
        'SELECT @a',
        "SELECT getvariable('a')",
      ],
      fails,
    )
    await lives()
  })

  it('is a file or an address that is named as a table', async () => {
    const names = [
      '/etc/passwd',
      '/etc/passwd.csv',
      'file:///etc/passwd',
      '/proc/self/environ',
      '../../../etc/passwd',
      's3://data/t/a.csv',
      'http://127.0.0.1/x.parquet',
      'https://127.0.0.1/x.csv',
      '*.parquet',
      '{in}/t0/f0.csv',
      '{out}/rows.csv',
      ':memory:',
    ]
    await all(
      names.flatMap((name) => [
        `SELECT * FROM "${name}"`,
        `SELECT * FROM '${name}'`,
        `SELECT * FROM "shop"."${name}"`,
        `INSERT INTO "${name}" VALUES (1, 'x')`,
        `DESCRIBE \`${name}\``,
      ]),
      fails,
    )
    await lives()
  })

  it('is any statement but those of Athena', async () => {
    const statements = `ATTACH '/tmp/x.db'; ATTACH ':memory:' AS m; DETACH lake; COPY t TO '/tmp/x.csv'; COPY t FROM '/etc/passwd';
      COPY (SELECT 1) TO '/tmp/x.parquet' (FORMAT parquet); EXPORT DATABASE '/tmp/x'; IMPORT DATABASE '/tmp/x'; PRAGMA database_list;
      PRAGMA enable_profiling; SET memory_limit = '1TB'; SET enable_external_access = true; SET GLOBAL threads = 64; SET VARIABLE a = 1;
      RESET memory_limit; RESET ALL; INSTALL httpfs; FORCE INSTALL httpfs; LOAD httpfs; LOAD '/tmp/x.so'; CALL duckdb_functions();
      CALL pragma_version(); CHECKPOINT; FORCE CHECKPOINT; BEGIN; BEGIN TRANSACTION; COMMIT; ROLLBACK; USE memory; CREATE MACRO m(a) AS a;
      CREATE FUNCTION m(a) AS a; CREATE SECRET s (TYPE s3); CREATE SEQUENCE s; CREATE TYPE e AS ENUM ('a'); CREATE INDEX i ON t(id);
      CREATE TEMP TABLE x (a int); CREATE SCHEMA lake.x; CREATE OR REPLACE TABLE t AS SELECT 1; CREATE PERSISTENT SECRET s (TYPE s3);
      TRUNCATE t; GRANT SELECT ON t TO PUBLIC; COMMENT ON TABLE t IS 'x'; FROM t; PIVOT t ON id; SUMMARIZE t; SHOW ALL TABLES; EXPORT t;
      SHOW FUNCTIONS; SHOW CATALOGS; SHOW SESSION; SET SESSION a = 1; DESCRIBE INPUT p; DESCRIBE DATABASE shop; ANALYZE t; REFRESH t; VACUUM FULL;
      VALUES (1) INTO OUTFILE '/tmp/x'; SELECT 1 INTO x; ALTER DATABASE lake SET x = 1; KILL 1; SHUTDOWN; RELOAD`
    await all(
      statements.split(';').map((sql) => sql.trim()),
      fails,
    )
    await lives()
  })

  it('is a second statement, however it is hidden', async () => {
    await all(
      [
        "SELECT 1; ATTACH '/tmp/x.db'",
        "SELECT 1;ATTACH '/tmp/x.db';",
        "/* */ ATTACH '/tmp/x.db'",
        "-- x\nATTACH '/tmp/x.db'",
        "SELECT 1 /* ; */ ; -- x\n COPY t TO '/tmp/x'",
        "SELECT $$a$$; ATTACH '/tmp/x.db'",
        "SELECT E'\\'; ATTACH ''/tmp/x.db'' --'",
        'SELECT 1 AS "a"" ; ATTACH \'/tmp/x.db\' --"; SELECT 2',
        "SELECT 1\u0000; ATTACH '/tmp/x.db'",
        "PREPARE p FROM ATTACH '/tmp/x.db'",
        "PREPARE p FROM SELECT 1; ATTACH '/tmp/x.db'",
        "EXECUTE p USING 1); ATTACH '/tmp/x.db' --",
        "EXPLAIN ATTACH '/tmp/x.db'",
        "EXPLAIN INSERT INTO t ATTACH '/tmp/x.db'",
        "EXECUTE IMMEDIATE 'ATTACH ''/tmp/x.db'''",
        "EXECUTE IMMEDIATE 'SELECT 1; ATTACH ''/tmp/x.db'''",
        "EXECUTE IMMEDIATE 'EXECUTE IMMEDIATE ''SELECT 1'''",
        "EXECUTE IMMEDIATE 'SELECT ?' USING (SELECT * FROM read_text('/etc/passwd'))",
        'PREPARE p FROM PREPARE q FROM SELECT 1',
        "EXPLAIN ANALYZE COPY t TO '/tmp/x'",
        "WITH x AS (COPY t TO '/tmp/x') SELECT 1",
        "SELECT (ATTACH '/tmp/x.db')",
        "UNLOAD (ATTACH '/tmp/x.db') TO 's3://results/x/' WITH (format = 'PARQUET')",
        "CREATE TABLE x AS ATTACH '/tmp/x.db'",
        "CREATE VIEW v AS ATTACH '/tmp/x.db'",
      ],
      fails,
    )
    await lives()
  })

  it('is anything through a name or a text that looks like SQL', async () => {
    const nasty = `'"; ATTACH '/tmp/x.db'; --`
    const quoted = nasty.replaceAll("'", "''")
    assert.deepEqual(await fixture.run(`SELECT '${quoted}'`), [[nasty]])
    const name = nasty.replaceAll('"', '""')
    assert.deepEqual(await fixture.run(`SELECT 1 AS "${name}"`), [['1']])
    assert.deepEqual(
      await fixture.run(`SELECT "x"."${name}" FROM (SELECT 2 AS "${name}") AS "x"`),
      [['2']],
    )
    assert.deepEqual(await fixture.run(`SELECT word FROM t WHERE word = '${quoted}'`), [])
    assert.deepEqual(
      await fixture.run(`SELECT regexp_replace('a', 'a', '${quoted.replaceAll('$', '')}')`),
      [[nasty]],
    )
    assert.deepEqual(await fixture.run('SELECT ?', { ExecutionParameters: [`'${quoted}'`] }), [
      [nasty],
    ])
    // Hive's DDL escapes with a backslash.
    const hive = nasty.replaceAll("'", "\\'")
    await fixture.put('nasty/one/a.csv', 'x\n')
    await fixture.run(
      `CREATE EXTERNAL TABLE nasty (\`a'";--\` string) PARTITIONED BY (k string) LOCATION 's3://data/nasty/'`,
    )
    await fixture.run(
      `ALTER TABLE nasty ADD PARTITION (k = '${hive}') LOCATION 's3://data/nasty/one/'`,
    )
    assert.deepEqual(await fixture.run(`SELECT * FROM nasty`), [['x', nasty]])
    await lives()
  })
})

describe('what a query cannot exhaust', () => {
  const repeat = (text: string, count: number) => text.repeat(count)
  const list = (count: number, item: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => item(index)).join(', ')

  it('is memory: giant strings, arrays, joins and groups fail by its limit, and the next query runs', async () => {
    const squared = 'UNNEST(sequence(1, 9000)) AS x(a) CROSS JOIN UNNEST(sequence(1, 9000)) AS y(b)'
    const exhausting = [
      `SELECT length(rpad('x', 2147483647, 'y'))`,
      `SELECT ${list(40, (n) => `lpad('x', 100000000, 'y') || '${n}' AS a${n}`)}`,
      "SELECT reduce(sequence(1, 60), 'x', (s, n) -> s || s, s -> length(s))",
      `SELECT array_agg(a) FROM ${squared}`,
      `SELECT count(*) FROM (SELECT DISTINCT a * 100000 + b AS n, cast(a AS varchar) || cast(b AS varchar) AS s FROM ${squared})`,
      `SELECT a, row_number() OVER (ORDER BY b DESC, a) FROM ${squared}`,
      "SELECT array_join(repeat(rpad('x', 1000000, 'y'), 10000), '')",
      "SELECT length(replace(rpad('', 100000, 'x'), 'x', rpad('', 100000, 'y')))",
      "SELECT format('%2000000000d', 1)",
      "SELECT cardinality(split(rpad('', 30000000, ','), ','))",
      `SELECT map_agg(a * 100000 + b, rpad('x', 1000, 'y')) FROM ${squared}`,
      `SELECT ${list(60, (n) => `t${n}.id`)} FROM ${list(60, (n) => `t AS t${n}`)}`,
    ]
    await all(exhausting, async (sql) => {
      const execution = await attempt(sql)
      assert.equal(
        execution?.Status!.StateChangeReason,
        'EXCEEDED_MEMORY_LIMIT: Query exhausted resources at this scale factor',
        sql.slice(0, 200),
      )
      await lives()
    })
    await fails('SELECT cardinality(sequence(1, 1000000000))')
  })

  it('leaves what is plain alone, with as little memory as the server may be given', async () => {
    for (let n = 0; n < 60; n++) await fixture.put(`many/p=${n}/a.csv`, `${n},a\n${n},"b,b"\n`)
    await fixture.run(
      `CREATE EXTERNAL TABLE many (n string, word string) PARTITIONED BY (p int) ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' LOCATION 's3://data/many/'`,
    )
    await fixture.run('MSCK REPAIR TABLE many')
    assert.deepEqual(await fixture.run('SELECT count(*), count(DISTINCT p), max(word) FROM many'), [
      ['120', '60', 'b,b'],
    ])
    await fixture.run(
      `CREATE TABLE made WITH (format = 'PARQUET', partitioned_by = ARRAY['p'], external_location = 's3://data/made/') AS SELECT n, word, p FROM many`,
    )
    await fixture.run(
      `CREATE TABLE ice WITH (table_type = 'ICEBERG', is_external = false, location = 's3://data/ice/') AS SELECT n, word, p FROM made`,
    )
    await fixture.run('DELETE FROM ice WHERE p < 10')
    assert.deepEqual(await fixture.run('SELECT count(*) FROM ice'), [['100']])
    assert.deepEqual(await fixture.run('SELECT count(*) FROM "ice$snapshots"'), [['2']])
    assert.deepEqual(
      await fixture.run(
        'SELECT p, row_number() OVER (ORDER BY p DESC) FROM ice GROUP BY p ORDER BY p DESC LIMIT 1',
      ),
      [['59', '1']],
    )
  })

  it('is time: what would run for ever is stopped when it is asked to', async () => {
    const statements = [
      'SELECT count(*) FROM UNNEST(sequence(1, 9000)) AS a(i) CROSS JOIN UNNEST(sequence(1, 9000)) AS b(j) CROSS JOIN UNNEST(sequence(1, 9000)) AS c(k) WHERE (i * j + k) % 7 = 8',
      `SELECT regexp_like(lpad('', 100000, 'a') || 'b', '^(a+)+$')`,
      'WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM x) SELECT count(*) FROM x',
      `SELECT '${repeat('a', 5000)}' LIKE '${repeat('%a', 1000)}%b'`,
      `SELECT regexp_replace(lpad('', 50000, 'ab'), '(a|b|ab)*c', 'x')`,
      `SELECT json_extract('${repeat('[', 200)}1${repeat(']', 200)}', '$${repeat('..*', 50)}')`,
      `SHOW TABLES '${repeat('*a', 2000)}*'`,
      'SELECT count(*) FROM t AS a, t AS b, t AS c, UNNEST(sequence(1, 10000)) AS x(i), UNNEST(sequence(1, 10000)) AS y(j) WHERE i + j + a.id + b.id + c.id = 0',
    ]
    await all(statements, (sql) => survives(sql, 3), 4)
  })

  it('is the parser, the planner or the stack: deep, wide and long statements', async () => {
    const deep = 20_000
    const statements = [
      `SELECT ${repeat('(', deep)}1${repeat(')', deep)}`,
      `SELECT ${repeat('-', deep)} 1`,
      `SELECT ${repeat('NOT ', deep)}true`,
      `SELECT ${repeat('CASE WHEN true THEN ', 5000)}1${repeat(' END', 5000)}`,
      `SELECT 1${repeat(' + 1', 60_000)}`,
      `SELECT 'a'${repeat(" || 'a'", 30_000)}`,
      `SELECT ${repeat('abs(', 5000)}1${repeat(')', 5000)}`,
      `SELECT ${repeat('ARRAY[', 5000)}1${repeat(']', 5000)}`,
      `SELECT true${repeat(' AND true', 25_000)}`,
      `${repeat('SELECT * FROM (', 3000)}SELECT 1${repeat(')', 3000)}`,
      `SELECT 1${repeat(' UNION ALL SELECT 1', 5000)}`,
      `SELECT ${list(10_000, (n) => `${n} AS c${n}`)}`,
      `SELECT 1 WHERE 1 IN (${list(30_000, String)})`,
      `SELECT * FROM t AS t0 ${Array.from({ length: 300 }, (_, n) => `JOIN t AS t${n + 1} ON t${n}.id = t${n + 1}.id`).join(' ')}`,
      `WITH ${list(500, (n) => (n === 0 ? 'x0 AS (SELECT 1 AS a)' : `x${n} AS (SELECT a FROM x${n - 1} UNION ALL SELECT a FROM x${n - 1})`))} SELECT count(*) FROM x499`,
      `SELECT json_parse('${repeat('[', 50_000)}${repeat(']', 50_000)}')`,
      `SELECT '${repeat('x', 300_000)}'`,
      `EXECUTE IMMEDIATE 'SELECT ${repeat('(', deep)}1${repeat(')', deep)}'`,
      `EXPLAIN SELECT ${repeat('(', deep)}1${repeat(')', deep)}`,
      `CREATE EXTERNAL TABLE x (a ${repeat('array<', deep)}int${repeat('>', deep)}) LOCATION 's3://data/x/'`,
      `CREATE EXTERNAL TABLE x (a ${repeat('struct<a:', 5000)}int${repeat('>', 5000)}) LOCATION 's3://data/x/'`,
      `SELECT cast(null AS ${repeat('array(', 5000)}integer${repeat(')', 5000)})`,
      `DESCRIBE t word${repeat('.a', 20_000)}`,
      `ALTER TABLE t ADD ${repeat("PARTITION (p = '1') ", 10_000)}`,
      `SELECT ${list(5000, (n) => `'${n}' AS "${repeat('c', 20)}${n}"`)} UNION ALL SELECT ${list(5000, String)}`,
      `SELECT ${repeat('id, ', 9000)}id FROM t`,
      `SELECT id FROM t GROUP BY CUBE (${list(30, (n) => `id + ${n}`)})`,
      `SELECT ${repeat('(SELECT ', 2000)}1${repeat(')', 2000)}`,
      `SELECT 1 FROM t WHERE ${repeat('EXISTS (SELECT 1 FROM t WHERE ', 1000)}true${repeat(')', 1000)}`,
      `SELECT transform(ARRAY[1], ${repeat('x -> element_at(transform(ARRAY[1], ', 500)}x -> x${repeat('), 1)', 500)})`,
    ]
    await all(statements, (sql) => survives(sql, 10), 4)
  })

  it('is a table of thousands of columns, or a view that reads itself', async () => {
    const columns = list(3000, (n) => `c${n} int`)
    const wide = `CREATE EXTERNAL TABLE wide (${columns}) STORED AS PARQUET LOCATION 's3://data/wide/'`
    await survives(wide, 20)
    await survives('SELECT * FROM wide', 20)
    await survives('SELECT * FROM wide AS a JOIN wide AS b ON a.c0 = b.c0', 20)
    await fixture.run('CREATE VIEW mirror AS SELECT id FROM t')
    await survives('CREATE OR REPLACE VIEW mirror AS SELECT id FROM mirror', 20)
    await fixture.run('CREATE OR REPLACE VIEW image AS SELECT 1 AS id')
    await survives('CREATE OR REPLACE VIEW mirror AS SELECT id FROM image', 20)
    await survives('CREATE OR REPLACE VIEW image AS SELECT id FROM mirror', 20)
    await survives('SELECT * FROM image', 20)
    await survives('SELECT * FROM mirror', 20)
  })

  it('is the process that runs it: when that is killed, the query fails and the next one runs', async () => {
    const id = await fixture.start(
      'SELECT count(*) FROM UNNEST(sequence(1, 9000)) AS a(i) CROSS JOIN UNNEST(sequence(1, 9000)) AS b(j) CROSS JOIN UNNEST(sequence(1, 9000)) AS c(k) WHERE (i * j + k) % 7 = 8',
    )
    const deadline = Date.now() + 120_000
    let ended = false
    const ending = fixture.ended(id).finally(() => {
      ended = true
    })
    while (!ended && Date.now() < deadline) {
      for (const pid of engineProcesses()) process.kill(pid, 'SIGKILL')
      await new Promise((resolve) => setImmediate(resolve))
    }
    const execution = await ending
    assert.equal(execution.Status!.State, 'FAILED')
    await lives()
  })
})

/** The engine's processes that this one has started. */
function engineProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return Number(parent) === process.pid && command.includes('process-main')
      } catch {
        return false
      }
    })
    .map(Number)
}

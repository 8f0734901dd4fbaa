import assert from 'node:assert/strict'
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { isLakeError } from '#kit'
import { lastingFolder, lastingName } from './lasting.ts'
import { engineOfSuite, fails, type OpenEngine } from './query-engine.fixture.ts'

/** What every engine must do. `open` gives one with one process and a queue of two. */
export function queryEngineContract(name: string, open: OpenEngine): void {
  describe(`${name}: a query engine`, () => {
    const suite = engineOfSuite(open)
    const slow =
      'SELECT count(*) FROM range(3000000) a(i), range(3000000) b(j) WHERE (a.i * b.j) % 7 = 3'

    it('returns the rows of the last statement, typed', async () => {
      const result = await suite.engine.run({
        statements: [
          'CREATE TABLE t(i INTEGER, big BIGINT, d DECIMAL(10,2), s VARCHAR, b BOOLEAN, f DOUBLE)',
          "INSERT INTO t VALUES (1, 9007199254740993, 1.50, 'x', true, 0.5), (2, 7, NULL, '', false, 'NaN')",
          'SELECT * FROM t ORDER BY i',
        ],
      })
      assert.deepEqual(
        result.columns.map((column) => column.type),
        ['INTEGER', 'BIGINT', 'DECIMAL(10,2)', 'VARCHAR', 'BOOLEAN', 'DOUBLE'],
      )
      assert.deepEqual(result.rows, [
        [1, '9007199254740993', '1.50', 'x', true, 0.5],
        [2, 7, null, '', false, 'NaN'],
      ])
    })

    it('makes macros for each task, whatever those of the same name were before', async () => {
      const plus = (n: number) => [`CREATE MACRO some_more(x) AS x + ${n}`]
      const sql = 'SELECT some_more(1)'
      const valueOf = async (macros: readonly string[], statements: readonly string[]) =>
        (await suite.engine.run({ macros, statements })).rows[0]![0]
      assert.equal(await valueOf(plus(1), [sql]), 2)
      assert.equal(await valueOf(plus(1), [sql]), 2)
      assert.equal(await valueOf(plus(2), [sql]), 3)
      assert.equal(await valueOf(plus(3), ['CREATE TABLE t(i INTEGER)', sql]), 4)
      assert.equal(await valueOf(plus(2), [sql]), 3)
      const both = [...plus(5), 'CREATE MACRO twice_more(x) AS some_more(some_more(x))']
      assert.equal(await valueOf(both, ['SELECT twice_more(1)']), 11)
    })

    it('puts statements together of pieces, and fills in those that are its own', async () => {
      const { rows } = await suite.engine.run({
        statements: [{ pieces: [{ sql: "SELECT '{in}', " }, "'{in}'", { sql: " <> '{in}'" }] }],
      })
      assert.deepEqual(rows, [['{in}', true]])
    })

    it('takes no part of a statement for the whole', async () => {
      for (const sql of ['SELECT 1 \0 + 1', "SELECT '\0'", 'SELECT 1 AS "a\0"']) {
        await assert.rejects(suite.engine.run({ statements: [sql] }), fails('QueryFailed', /NUL/))
        await assert.rejects(
          suite.engine.run({ statements: [{ sql }] }),
          fails('QueryFailed', /NUL/),
        )
      }
    })

    it('gives each task an empty catalog', async () => {
      await suite.engine.run({ statements: ['CREATE TABLE kept(i INTEGER)', 'SELECT 1'] })
      await assert.rejects(
        suite.engine.run({ statements: ['SELECT * FROM kept'] }),
        fails('QueryFailed'),
      )
    })

    it('leaves nothing of a task for the next, whether it succeeds or fails', async () => {
      const makes = [
        'CREATE TABLE kept(i INTEGER)',
        'CREATE TEMP TABLE kept_temp(i INTEGER)',
        'CREATE SCHEMA s',
        'CREATE VIEW s.kept AS SELECT 1',
        'CREATE MACRO kept_macro() AS 1',
        'CREATE TYPE kept_type AS INTEGER',
        'CREATE SEQUENCE kept_sequence',
        "PREPARE kept_statement AS SELECT 'x'",
        'BEGIN',
        'INSERT INTO kept VALUES (1)',
      ]
      const finds = `SELECT table_name FROM duckdb_tables() UNION ALL SELECT view_name FROM duckdb_views() WHERE NOT internal
        UNION ALL SELECT function_name FROM duckdb_functions() WHERE function_name LIKE 'kept%'
        UNION ALL SELECT type_name FROM duckdb_types() WHERE type_name LIKE 'kept%'
        UNION ALL SELECT sequence_name FROM duckdb_sequences()
        UNION ALL SELECT name FROM duckdb_prepared_statements()`
      for (const last of ['SELECT 1', "SELECT 'x'::INTEGER", 'SELECT range FROM range(100000)']) {
        await suite.engine
          .run({ statements: [...makes, last], limits: { rowsMax: 1 } })
          .catch((error: unknown) => assert.ok(isLakeError(error, 'QueryFailed'), String(error)))
        assert.deepEqual((await suite.engine.run({ statements: [finds] })).rows, [], last)
      }
    })

    it('puts the file that it writes where it is asked for', async () => {
      const outputFile = join(suite.folder, 'result.csv')
      const text = "'{out}'"
      await suite.engine.run({
        statements: [
          {
            sql: `COPY (SELECT 1 AS a, ${text} AS b)`,
            tail: " TO '{out}/result' (FORMAT csv)",
          },
        ],
        outputFile,
      })
      assert.equal(await readFile(outputFile, 'utf8'), 'a,b\n1,{out}\n')
      await rm(outputFile)
      for (const [count, isInline] of [
        [2, true],
        [3, false],
      ] as const) {
        const { output } = await suite.engine.run({
          statements: [
            `COPY (SELECT 'é' FROM range(${count})) TO '{out}/result' (FORMAT csv, HEADER false)`,
          ],
          outputFile,
          inlineBytesMax: 6,
        })
        assert.equal(output, isInline ? 'é\né\n' : undefined)
        const found = await readFile(outputFile, 'utf8').catch(() => undefined)
        assert.equal(found, isInline ? undefined : 'é\né\né\n')
      }
    })

    it('writes the rows of the last statement as CSV, with what it holds', async () => {
      const outputFile = join(suite.folder, 'rows.csv')
      const rows = (count: number) =>
        `SELECT i::INTEGER, CASE WHEN i > 0 THEN 'say "' || i || '"' END, i / 8 FROM range(${count}) AS x(i)`
      const csv = { header: '"a","a",""\n' }
      const lines = (count: number) =>
        Array.from({ length: count }, (_, i) => {
          const text = i > 0 ? `"say ""${i}"""` : ''
          return `"${i}",${text},"${Number.isInteger(i / 8) ? `${i / 8}.0` : i / 8}"\n`
        }).join('')
      const task = (count: number) => ({
        csv,
        outputFile,
        inlineBytesMax: 1000,
        statements: [rows(count)],
      })
      const short = await suite.engine.run(task(10))
      assert.deepEqual(short.rows, [[10]])
      assert.equal(short.output, csv.header + lines(10))
      const long = await suite.engine.run(task(5000))
      assert.deepEqual(long.rows, [[5000]])
      const bytes = await readFile(outputFile)
      assert.equal(bytes.toString(), csv.header + lines(5000))
      assert.deepEqual(long.outputDigest, { sizeBytes: bytes.length, crc: crc32(bytes) })
      await rm(outputFile)
      const fails = `SELECT CASE WHEN range < 99999 THEN range ELSE error('no more') END FROM range(100000)`
      await assert.rejects(suite.engine.run({ ...task(1), statements: [fails] }), /no more/)
      await assert.rejects(readFile(outputFile), { code: 'ENOENT' })
    })

    it('reads its inputs by their names and writes to its output folder', async () => {
      const source = join(suite.folder, 'blob-1')
      await writeFile(source, '{"a":1}\n{"a":2}\n')
      const out = await mkdtemp(join(suite.folder, 'out-'))
      const result = await suite.engine.run({
        inputs: [{ name: 't0/dt=1/x.json', path: source }],
        outputFolder: out,
        statements: [
          "COPY (SELECT sum(a) AS s FROM read_json('{in}/t0/*/*.json')) TO '{out}/r.csv' (HEADER)",
          "SELECT s + 1 FROM read_csv('{out}/r.csv')",
        ],
      })
      assert.deepEqual(result.rows, [[4]])
      assert.equal(await readFile(join(out, 'r.csv'), 'utf8'), 's\n3\n')
    })

    it('reads lasting inputs beside others in each task that has them, and in no other', async () => {
      const path = join(suite.folder, 'lasting.parquet')
      const outputFolder = await mkdtemp(join(suite.folder, 'out-'))
      const write = "COPY (SELECT 'x' AS a) TO '{out}/x.parquet' (FORMAT parquet)"
      await suite.engine.run({ statements: [write], outputFolder })
      await rename(join(outputFolder, 'x.parquet'), path)
      await writeFile(join(suite.folder, 'other.csv'), 'b\ny\n')
      const lasting = { name: `${lastingFolder}/k=1/${lastingName('x', 1)}.parquet`, path }
      const inputs = [lasting, { name: 't0/other.csv', path: join(suite.folder, 'other.csv') }]
      const from = `read_parquet('{in}/${lasting.name}', hive_partitioning = true)`
      const both = `SELECT a, k, b FROM ${from}, '{in}/t0/other.csv'`
      const left = `SELECT count(*) FROM glob('{in}/${lastingFolder}/**')`
      for (const optimizersDisabled of [[], ['top_n']]) {
        for (let time = 0; time < 2; time += 1) {
          const { rows } = await suite.engine.run({
            inputs,
            statements: [both],
            optimizersDisabled,
          })
          assert.deepEqual(rows, [['x', 1, 'y']])
          assert.deepEqual((await suite.engine.run({ statements: [left] })).rows, [[0]])
        }
      }
      // With a folder to write to as well, where a task is alone.
      const copied = `COPY (${both}) TO '{out}/y.csv'`
      assert.deepEqual(
        (await suite.engine.run({ inputs, outputFolder, statements: [copied] })).rows,
        [[1]],
      )
      await assert.rejects(
        suite.engine.run({ statements: [`SELECT * FROM ${from}`] }),
        fails('QueryFailed'),
      )
    })

    it('reads an input that lies on another disk', async (context) => {
      const other = '/dev/shm'
      const source = join(other, `boathouse-${process.pid}.json`)
      await writeFile(source, '{"a":5}\n').catch(() => context.skip(`${other} is not there`))
      try {
        const task = {
          inputs: [{ name: 'x.json', path: source }],
          statements: ["SELECT a FROM read_json('{in}/x.json')"],
        }
        assert.deepEqual((await suite.engine.run(task)).rows, [[5]])
      } finally {
        await rm(source, { force: true })
      }
    })

    it('replaces no placeholder in text that is marked as plain', async () => {
      const result = await suite.engine.run({ statements: [{ sql: "SELECT '{in}{out}'" }] })
      assert.deepEqual(result.rows, [['{in}{out}']])
    })

    const escapes = [
      "SELECT * FROM read_text('/etc/passwd')",
      "SELECT * FROM '/etc/passwd'",
      "SELECT * FROM read_csv('/proc/self/environ')",
      "SELECT * FROM read_text('{in}/../../../outside')",
      "SELECT * FROM glob('/etc/*')",
      "COPY (SELECT 1) TO '/tmp/boathouse-escaped.csv'",
      "ATTACH '/tmp/boathouse-escaped.db'",
      'INSTALL httpfs',
      'LOAD httpfs',
      'SET enable_external_access = true',
      "SET allowed_directories = ['/']",
      "SET memory_limit = '100GB'",
      'SET lock_configuration = false',
      "SELECT getenv('PATH')",
      "EXPORT DATABASE '/tmp/boathouse-escaped'",
    ]
    for (const statement of escapes) {
      it(`refuses ${statement}`, async () => {
        await assert.rejects(suite.engine.run({ statements: [statement] }), fails('QueryFailed'))
      })
    }

    it('returns no more rows than asked for', async () => {
      const result = await suite.engine.run({
        statements: ['SELECT * FROM range(100000)'],
        limits: { rowsMax: 3 },
      })
      assert.deepEqual(result.rows, [[0], [1], [2]])
    })

    it('ends a task at its time limit and goes on', async () => {
      await assert.rejects(
        suite.engine.run({ statements: [slow], limits: { timeoutMs: 100 } }),
        fails('QueryTimedOut'),
      )
      assert.deepEqual((await suite.engine.run({ statements: ['SELECT 1'] })).rows, [[1]])
    })

    it('ends a task that is aborted while it runs', async () => {
      const controller = new AbortController()
      const onStart = () => void setTimeout(() => controller.abort(), 50)
      await assert.rejects(
        suite.engine.run({ statements: [slow], onStart }, controller.signal),
        fails('QueryCancelled'),
      )
      assert.deepEqual((await suite.engine.run({ statements: ['SELECT 1'] })).rows, [[1]])
    })

    it('survives memory running out and says so', async () => {
      await assert.rejects(
        suite.engine.run({
          statements: ["SELECT string_agg(repeat('x', 100000), '') FROM range(100000)"],
          limits: { memoryBytesMax: 200 * 1024 * 1024 },
        }),
        (error) => isLakeError(error, 'ResourcesExhausted') || isLakeError(error, 'QueryFailed'),
      )
      assert.deepEqual((await suite.engine.run({ statements: ['SELECT 2'] })).rows, [[2]])
    })

    it('pushes back when its queue is full', async () => {
      const controller = new AbortController()
      const tasks = Array.from({ length: 5 }, () =>
        suite.engine.run({ statements: [slow] }, controller.signal).then(
          () => 'done',
          (error) => error.code as string,
        ),
      )
      const first = await Promise.race(tasks)
      controller.abort()
      assert.equal(first, 'EngineBusy')
      const codes = await Promise.all(tasks)
      assert.deepEqual(codes.filter((code) => code === 'EngineBusy').length, 2)
    })
  })
}

import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { elapsedMs, isLakeError } from '#kit'
import type { FileField } from '#storage/formats'
import { lastingFolder, lastingName } from './lasting.ts'
import type { QueryEngine } from './query-engine.ts'

/** What every engine must do. `open` gives one with one process and a queue of two. */
export function queryEngineContract(
  name: string,
  open: (folder: string) => Promise<QueryEngine>,
): void {
  describe(`${name}: a query engine`, () => {
    let folder: string
    let engine: QueryEngine
    const slow =
      'SELECT count(*) FROM range(3000000) a(i), range(3000000) b(j) WHERE (a.i * b.j) % 7 = 3'
    const fails = (code: string, pattern?: RegExp) => (error: unknown) => {
      assert.ok(isLakeError(error, code), `${code} expected, not ${String(error)}`)
      if (pattern) assert.match(error.message, pattern)
      return true
    }

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'boathouse-engine-'))
      engine = await open(join(folder, 'engine'))
    })
    after(async () => {
      await engine.close()
      await rm(folder, { recursive: true })
    })

    it('returns the rows of the last statement, typed', async () => {
      const result = await engine.run({
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
        (await engine.run({ macros, statements })).rows[0]![0]
      assert.equal(await valueOf(plus(1), [sql]), 2)
      assert.equal(await valueOf(plus(1), [sql]), 2)
      assert.equal(await valueOf(plus(2), [sql]), 3)
      assert.equal(await valueOf(plus(3), ['CREATE TABLE t(i INTEGER)', sql]), 4)
      assert.equal(await valueOf(plus(2), [sql]), 3)
      const both = [...plus(5), 'CREATE MACRO twice_more(x) AS some_more(some_more(x))']
      assert.equal(await valueOf(both, ['SELECT twice_more(1)']), 11)
    })

    it('puts statements together of pieces, and fills in those that are its own', async () => {
      const { rows } = await engine.run({
        statements: [{ pieces: [{ sql: "SELECT '{in}', " }, "'{in}'", { sql: " <> '{in}'" }] }],
      })
      assert.deepEqual(rows, [['{in}', true]])
    })

    it('takes no part of a statement for the whole', async () => {
      for (const sql of ['SELECT 1 \0 + 1', "SELECT '\0'", 'SELECT 1 AS "a\0"']) {
        await assert.rejects(engine.run({ statements: [sql] }), fails('QueryFailed', /NUL/))
        await assert.rejects(engine.run({ statements: [{ sql }] }), fails('QueryFailed', /NUL/))
      }
    })

    it('gives each task an empty catalog', async () => {
      await engine.run({ statements: ['CREATE TABLE kept(i INTEGER)', 'SELECT 1'] })
      await assert.rejects(engine.run({ statements: ['SELECT * FROM kept'] }), fails('QueryFailed'))
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
        await engine
          .run({ statements: [...makes, last], limits: { rowsMax: 1 } })
          .catch((error: unknown) => assert.ok(isLakeError(error, 'QueryFailed'), String(error)))
        assert.deepEqual((await engine.run({ statements: [finds] })).rows, [], last)
      }
    })

    it('puts the file that it writes where it is asked for', async () => {
      const outputFile = join(folder, 'result.csv')
      const text = "'{out}'"
      await engine.run({
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
        const { output } = await engine.run({
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
      const outputFile = join(folder, 'rows.csv')
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
      const short = await engine.run(task(10))
      assert.deepEqual(short.rows, [[10]])
      assert.equal(short.output, csv.header + lines(10))
      const long = await engine.run(task(5000))
      assert.deepEqual(long.rows, [[5000]])
      const bytes = await readFile(outputFile)
      assert.equal(bytes.toString(), csv.header + lines(5000))
      assert.deepEqual(long.outputDigest, { sizeBytes: bytes.length, crc: crc32(bytes) })
      await rm(outputFile)
      const fails = `SELECT CASE WHEN range < 99999 THEN range ELSE error('no more') END FROM range(100000)`
      await assert.rejects(engine.run({ ...task(1), statements: [fails] }), /no more/)
      await assert.rejects(readFile(outputFile), { code: 'ENOENT' })
    })

    it('reads its inputs by their names and writes to its output folder', async () => {
      const source = join(folder, 'blob-1')
      await writeFile(source, '{"a":1}\n{"a":2}\n')
      const out = await mkdtemp(join(folder, 'out-'))
      const result = await engine.run({
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
      const path = join(folder, 'lasting.parquet')
      const outputFolder = await mkdtemp(join(folder, 'out-'))
      const write = "COPY (SELECT 'x' AS a) TO '{out}/x.parquet' (FORMAT parquet)"
      await engine.run({ statements: [write], outputFolder })
      await rename(join(outputFolder, 'x.parquet'), path)
      await writeFile(join(folder, 'other.csv'), 'b\ny\n')
      const lasting = { name: `${lastingFolder}/k=1/${lastingName('x', 1)}.parquet`, path }
      const inputs = [lasting, { name: 't0/other.csv', path: join(folder, 'other.csv') }]
      const from = `read_parquet('{in}/${lasting.name}', hive_partitioning = true)`
      const both = `SELECT a, k, b FROM ${from}, '{in}/t0/other.csv'`
      const left = `SELECT count(*) FROM glob('{in}/${lastingFolder}/**')`
      for (const optimizersDisabled of [[], ['top_n']]) {
        for (let time = 0; time < 2; time += 1) {
          const { rows } = await engine.run({ inputs, statements: [both], optimizersDisabled })
          assert.deepEqual(rows, [['x', 1, 'y']])
          assert.deepEqual((await engine.run({ statements: [left] })).rows, [[0]])
        }
      }
      // With a folder to write to as well, where a task is alone.
      const copied = `COPY (${both}) TO '{out}/y.csv'`
      assert.deepEqual((await engine.run({ inputs, outputFolder, statements: [copied] })).rows, [
        [1],
      ])
      await assert.rejects(
        engine.run({ statements: [`SELECT * FROM ${from}`] }),
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
        assert.deepEqual((await engine.run(task)).rows, [[5]])
      } finally {
        await rm(source, { force: true })
      }
    })

    it('replaces no placeholder in text that is marked as plain', async () => {
      const result = await engine.run({ statements: [{ sql: "SELECT '{in}{out}'" }] })
      assert.deepEqual(result.rows, [['{in}{out}']])
    })

    const fixtures = join(import.meta.dirname, '../../../test/fixtures/formats')
    const input = (name: string) => ({ name, path: join(fixtures, name) })

    it('reads rows of files that it decodes, and of the columns asked for', async () => {
      const sum = async (name: string, kind: 'orc' | 'avro', column: string) => {
        const type = { kind: 'int64' } as const
        const result = await engine.run({
          inputs: [input(name)],
          prepare: [
            {
              kind: 'decode',
              input: name,
              output: 'd',
              encoding: { kind },
              columns: [{ name: column, type }],
            },
          ],
          statements: ["SELECT count(*), sum(f0) FROM read_parquet('{in}/d.*.parquet')"],
        })
        return result.rows
      }
      assert.deepEqual(await sum('kinds-zstd.orc', 'orc', 'sequence'), [[700, (699 * 700) / 2]])
      assert.deepEqual((await sum('snappy.avro', 'avro', 'big'))[0]![0], 300)
    })

    it('decodes nested values of every kind', async () => {
      const text = { kind: 'string' } as const
      const columns = [
        { name: 'list', type: { kind: 'list', element: { kind: 'int32' } } },
        { name: 'pairs', type: { kind: 'map', key: text, value: { kind: 'int64' } } },
        {
          name: 'thing',
          type: {
            kind: 'struct',
            fields: [
              { name: 'a', type: { kind: 'int32' } },
              { name: 'b', type: text },
            ],
          },
        },
        { name: 'price', type: { kind: 'decimal', precision: 12, scale: 2 } },
        { name: 'bytes', type: { kind: 'binary' } },
        { name: 'day', type: { kind: 'date' } },
        { name: 'micros', type: { kind: 'instant' } },
      ] as const
      const result = await engine.run({
        inputs: [input('deflate.avro')],
        prepare: [
          {
            kind: 'decode',
            input: 'deflate.avro',
            output: 'x/d',
            encoding: { kind: 'avro' },
            columns,
          },
        ],
        statements: ["SELECT * FROM read_parquet('{in}/x/d.*.parquet') OFFSET 5 LIMIT 1"],
      })
      assert.deepEqual(result.rows, [
        [
          '[0]',
          "{'k0': 0, 'k1': 1}",
          "{'a': 5, 'b': NULL}",
          '-4.65',
          '0500ff',
          '1961-05-15',
          '1950-01-01 01:23:19.999995',
        ],
      ])
    })

    const packed = [
      ['text.json.gz', 'gzip'],
      ['text.json.bz2', 'bzip2'],
      ['text.json.zst', 'zstd'],
      ['text.json.deflate', 'deflate'],
      ['framed.json.snappy', 'snappy'],
      ['hadoop.json.snappy', 'snappy'],
      ['linked.json.lz4', 'lz4'],
      ['alone.json.lz4', 'lz4'],
      ['hadoop.json.lz4', 'lz4'],
    ] as const
    for (const [name, codec] of packed) {
      it(`unpacks ${name}`, async () => {
        const result = await engine.run({
          inputs: [input(name)],
          prepare: [{ kind: 'unpack', input: name, output: 'plain.json', codec }],
          statements: [
            "SELECT count(*), sum(id), max(name) FROM read_json('{in}/plain.json', columns = {id: 'INTEGER', name: 'VARCHAR'})",
          ],
        })
        assert.deepEqual(result.rows, [[5000, (4999 * 5000) / 2, 'w\u00f6rt 9']])
      })

      it(`finds out that ${name} is damaged`, async () => {
        const bytes = await readFile(join(fixtures, name))
        const source = join(folder, `cut-${name}`)
        await writeFile(source, bytes.subarray(0, bytes.length - 30))
        const task = {
          inputs: [{ name: `t0/${name}`, path: source }],
          prepare: [{ kind: 'unpack', input: `t0/${name}`, output: 'plain.json', codec }] as const,
          statements: ['SELECT 1'],
        }
        await assert.rejects(engine.run(task), fails('QueryFailed', /Cannot read \S+\/in\/t0\//))
      })
    }

    it('puts the records at a path of a JSON file on lines', async () => {
      const source = join(folder, 'records.json')
      await writeFile(source, '{"Records":[{"a":1.10},\n{"a":2}]}')
      const result = await engine.run({
        inputs: [{ name: 'r.json', path: source }],
        prepare: [{ kind: 'records', input: 'r.json', output: 'lines.json', path: '$.Records[*]' }],
        statements: ["SELECT json FROM read_ndjson_objects('{in}/lines.json')"],
      })
      assert.deepEqual(result.rows, [['{"a":1.10}'], ['{"a":2}']])
    })

    it('describes files, and says which cannot be read', async () => {
      const bad = join(folder, 'bad.orc')
      await writeFile(bad, 'ORC but no more')
      const result = await engine.run({
        inputs: [input('spark-zlib.orc'), { name: 'bad.orc', path: bad }],
        prepare: [
          { kind: 'describe', inputs: ['spark-zlib.orc', 'bad.orc'], encoding: { kind: 'orc' } },
        ],
        statements: ['SELECT * FROM file_descriptions'],
      })
      const [good, broken] = result.rows
      assert.deepEqual([good![0], good![2], good![3]], ['spark-zlib.orc', 300, null])
      assert.deepEqual(JSON.parse(String(good![1]))[0], { name: 'id', type: { kind: 'int64' } })
      assert.deepEqual(broken!.slice(0, 3), ['bad.orc', null, null])
      assert.match(String(broken![3]), /cut off|ORC/)
    })

    it('searches files for a character', async () => {
      const result = await engine.run({
        inputs: [input('README.md'), input('text.json.gz')],
        prepare: [{ kind: 'search', inputs: ['README.md'], character: '|' }],
        statements: ['SELECT * FROM file_searches'],
      })
      assert.deepEqual(result.rows, [['README.md', true]])
    })

    for (const compression of ['none', 'zlib', 'snappy', 'zstd'] as const) {
      it(`makes ORC of what statements wrote, packed by ${compression}`, async () => {
        const out = await mkdtemp(join(folder, 'orc-'))
        const values = `SELECT i, CASE WHEN i % 7 > 0 THEN 'wört ' || (i % 50) END AS s, i / 4 AS d, [i, NULL] AS l,
          MAP {'k': i} AS m, {'a': i % 3 = 0, 'b': DATE '1960-01-01' + i::INTEGER} AS r, (i - 5)::DECIMAL(20,3) AS p,
          TIMESTAMP '1925-01-01 00:00:00.25' + to_hours(i * 100) AS t, ('\\x0' || (i % 8))::BLOB AS y
          FROM range(5000) AS x(i)`
        await engine.run({
          outputFolder: out,
          statements: [
            `COPY (SELECT *, i % 2 AS part FROM (${values})) TO '{out}/rows' (FORMAT parquet, PARTITION_BY part)`,
          ],
          encode: { format: 'orc', compression },
        })
        const [even] = await readdir(join(out, 'rows/part=0'))
        assert.match(even!, /\.orc$/)
        const path = join(out, 'rows/part=0', even!)
        const described = await engine.run({
          inputs: [{ name: 'x', path }],
          prepare: [{ kind: 'describe', inputs: ['x'], encoding: { kind: 'orc' } }],
          statements: ['SELECT fields, row_count FROM file_descriptions'],
        })
        assert.equal(described.rows[0]![1], 2500)
        const fields = JSON.parse(String(described.rows[0]![0])) as FileField[]
        const names = fields.map((field, index) => `f${index} AS ${field.name}`)
        const result = await engine.run({
          inputs: [{ name: 'x', path }],
          prepare: [
            { kind: 'decode', input: 'x', output: 'd', encoding: { kind: 'orc' }, columns: fields },
          ],
          statements: [
            `CREATE TABLE wanted AS SELECT * FROM (${values}) WHERE i % 2 = 0`,
            `CREATE TABLE got AS SELECT ${names.join(', ')} FROM read_parquet('{in}/d.*.parquet')`,
            'SELECT (SELECT count(*) FROM (FROM wanted EXCEPT FROM got)), (SELECT count(*) FROM got)',
          ],
        })
        assert.deepEqual(result.rows, [[0, 2500]])
      })
    }

    it('ends decoding that takes too long, and never writes over an input', async () => {
      const source = join(folder, 'slow.txt')
      await writeFile(source, `${'a'.repeat(60)}!\n`)
      const encoding = {
        kind: 'regex',
        pattern: '(a+)+b',
        ignoreCase: false,
        skipLines: 0,
      } as const
      const columns = [{ name: 'a', type: { kind: 'string' } }] as const
      const task = {
        inputs: [{ name: 's', path: source }],
        prepare: [{ kind: 'decode', input: 's', output: 'd', encoding, columns }] as const,
        statements: ['SELECT 1'],
        limits: { timeoutMs: 500 },
      }
      await assert.rejects(engine.run(task), fails('QueryTimedOut'))
      const over = {
        inputs: [input('text.json.gz'), { name: 'kept', path: source }],
        prepare: [
          { kind: 'unpack', input: 'text.json.gz', output: 'kept', codec: 'gzip' },
        ] as const,
        statements: ['SELECT 1'],
      }
      await assert.rejects(engine.run(over), fails('QueryFailed'))
      assert.equal((await readFile(source)).length, 62)
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
        await assert.rejects(engine.run({ statements: [statement] }), fails('QueryFailed'))
      })
    }

    it('returns no more rows than asked for', async () => {
      const result = await engine.run({
        statements: ['SELECT * FROM range(100000)'],
        limits: { rowsMax: 3 },
      })
      assert.deepEqual(result.rows, [[0], [1], [2]])
    })

    it('ends a task at its time limit and goes on', async () => {
      await assert.rejects(
        engine.run({ statements: [slow], limits: { timeoutMs: 100 } }),
        fails('QueryTimedOut'),
      )
      assert.deepEqual((await engine.run({ statements: ['SELECT 1'] })).rows, [[1]])
    })

    it('ends a task that is aborted, soon', async () => {
      const controller = new AbortController()
      let abortedAt = 0
      const task = {
        statements: [slow],
        onStart: () =>
          void setTimeout(() => {
            abortedAt = elapsedMs()
            controller.abort()
          }, 50),
      }
      await assert.rejects(engine.run(task, controller.signal), fails('QueryCancelled'))
      assert.ok(elapsedMs() - abortedAt < 2_000)
    })

    it('survives memory running out and says so', async () => {
      await assert.rejects(
        engine.run({
          statements: ["SELECT string_agg(repeat('x', 100000), '') FROM range(100000)"],
          limits: { memoryBytesMax: 200 * 1024 * 1024 },
        }),
        (error) => isLakeError(error, 'ResourcesExhausted') || isLakeError(error, 'QueryFailed'),
      )
      assert.deepEqual((await engine.run({ statements: ['SELECT 2'] })).rows, [[2]])
    })

    it('pushes back when its queue is full', async () => {
      const controller = new AbortController()
      const tasks = Array.from({ length: 5 }, () =>
        engine.run({ statements: [slow] }, controller.signal).then(
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

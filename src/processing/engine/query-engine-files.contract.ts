import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { FileField } from '#storage/formats'
import { engineOfSuite, fails, type OpenEngine } from './query-engine.fixture.ts'

/** What every engine must do with the files that a task has it prepare and write. `open` gives one with one process. */
export function queryEngineFilesContract(name: string, open: OpenEngine): void {
  describe(`${name}: files of a query engine`, () => {
    const suite = engineOfSuite(open)

    const fixtures = join(import.meta.dirname, '../../../test/fixtures/formats')
    const input = (name: string) => ({ name, path: join(fixtures, name) })

    it('reads rows of files that it decodes, and of the columns asked for', async () => {
      const sum = async (name: string, kind: 'orc' | 'avro', column: string) => {
        const type = { kind: 'int64' } as const
        const result = await suite.engine.run({
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
      const result = await suite.engine.run({
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
        const result = await suite.engine.run({
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
        const source = join(suite.folder, `cut-${name}`)
        await writeFile(source, bytes.subarray(0, bytes.length - 30))
        const task = {
          inputs: [{ name: `t0/${name}`, path: source }],
          prepare: [{ kind: 'unpack', input: `t0/${name}`, output: 'plain.json', codec }] as const,
          statements: ['SELECT 1'],
        }
        await assert.rejects(
          suite.engine.run(task),
          fails('QueryFailed', /Cannot read \S+\/in\/t0\//),
        )
      })
    }

    it('puts the records at a path of a JSON file on lines', async () => {
      const source = join(suite.folder, 'records.json')
      await writeFile(source, '{"Records":[{"a":1.10},\n{"a":2}]}')
      const result = await suite.engine.run({
        inputs: [{ name: 'r.json', path: source }],
        prepare: [{ kind: 'records', input: 'r.json', output: 'lines.json', path: '$.Records[*]' }],
        statements: ["SELECT json FROM read_ndjson_objects('{in}/lines.json')"],
      })
      assert.deepEqual(result.rows, [['{"a":1.10}'], ['{"a":2}']])
    })

    it('describes files, and says which cannot be read', async () => {
      const bad = join(suite.folder, 'bad.orc')
      await writeFile(bad, 'ORC but no more')
      const result = await suite.engine.run({
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
      const result = await suite.engine.run({
        inputs: [input('README.md'), input('text.json.gz')],
        prepare: [{ kind: 'search', inputs: ['README.md'], character: '|' }],
        statements: ['SELECT * FROM file_searches'],
      })
      assert.deepEqual(result.rows, [['README.md', true]])
    })

    for (const compression of ['none', 'zlib', 'snappy', 'zstd'] as const) {
      it(`makes ORC of what statements wrote, packed by ${compression}`, async () => {
        const out = await mkdtemp(join(suite.folder, 'orc-'))
        const values = `SELECT i, CASE WHEN i % 7 > 0 THEN 'wört ' || (i % 50) END AS s, i / 4 AS d, [i, NULL] AS l,
          MAP {'k': i} AS m, {'a': i % 3 = 0, 'b': DATE '1960-01-01' + i::INTEGER} AS r, (i - 5)::DECIMAL(20,3) AS p,
          TIMESTAMP '1925-01-01 00:00:00.25' + to_hours(i * 100) AS t, ('\\x0' || (i % 8))::BLOB AS y
          FROM range(5000) AS x(i)`
        await suite.engine.run({
          outputFolder: out,
          statements: [
            `COPY (SELECT *, i % 2 AS part FROM (${values})) TO '{out}/rows' (FORMAT parquet, PARTITION_BY part)`,
          ],
          encode: { format: 'orc', compression },
        })
        const [even] = await readdir(join(out, 'rows/part=0'))
        assert.match(even!, /\.orc$/)
        const path = join(out, 'rows/part=0', even!)
        const described = await suite.engine.run({
          inputs: [{ name: 'x', path }],
          prepare: [{ kind: 'describe', inputs: ['x'], encoding: { kind: 'orc' } }],
          statements: ['SELECT fields, row_count FROM file_descriptions'],
        })
        assert.equal(described.rows[0]![1], 2500)
        const fields = JSON.parse(String(described.rows[0]![0])) as FileField[]
        const names = fields.map((field, index) => `f${index} AS ${field.name}`)
        const result = await suite.engine.run({
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
      const source = join(suite.folder, 'slow.txt')
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
      await assert.rejects(suite.engine.run(task), fails('QueryTimedOut'))
      const over = {
        inputs: [input('text.json.gz'), { name: 'kept', path: source }],
        prepare: [
          { kind: 'unpack', input: 'text.json.gz', output: 'kept', codec: 'gzip' },
        ] as const,
        statements: ['SELECT 1'],
      }
      await assert.rejects(suite.engine.run(over), fails('QueryFailed'))
      assert.equal((await readFile(source)).length, 62)
    })
  })
}

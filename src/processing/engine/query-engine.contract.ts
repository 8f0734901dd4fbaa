import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { elapsedMs, isLakeError } from '#kit'
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

    it('gives each task an empty catalog', async () => {
      await engine.run({ statements: ['CREATE TABLE kept(i INTEGER)', 'SELECT 1'] })
      await assert.rejects(engine.run({ statements: ['SELECT * FROM kept'] }), fails('QueryFailed'))
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

import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { isLakeError, silentLogger } from '#kit'
import { poll } from '#test/harness'
import type { QueryEngine } from '../query-engine.ts'
import { queryEngineContract } from '../query-engine.contract.ts'
import { queryEngineFilesContract } from '../query-engine-files.contract.ts'
import { createDuckdbEngine } from './duckdb-engine.ts'
import { keptFolderOf } from './kept-links.ts'
import { QueryProcess } from './query-process.ts'

const open = (folder: string) =>
  createDuckdbEngine({
    folder,
    processes: 1,
    queueMax: 2,
    memoryBytesMax: 512 * 1024 * 1024,
    log: silentLogger(),
  })

for (const contract of [queryEngineContract, queryEngineFilesContract]) {
  contract('DuckDB in child processes', async (folder) => open(folder))
}

describe('the pool of query processes', () => {
  let folder: string
  let engine: QueryEngine
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-pool-'))
    engine = open(folder)
  })
  after(async () => {
    await engine.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Of tasks that processes have begun with. */
  const taskFolders = () =>
    readdirSync(folder).flatMap((root) =>
      existsSync(join(folder, root)) ? readdirSync(join(folder, root)) : [],
    )

  it('starts nothing before the first task', () => {
    assert.deepEqual(queryProcesses(), [])
  })

  it('names a process that died, and runs the next task in another', async () => {
    await engine.run({ statements: ['SELECT 1'] })
    const [pid] = queryProcesses()
    await poll('no task', () => taskFolders().length === 0)
    const slow = engine.run({
      statements: ['SELECT count(*) FROM range(3000000) a(i), range(3000000) b(j) WHERE i*j = 3'],
    })
    const ended = slow.catch(() => undefined)
    // Before it has begun another would be given the task.
    await poll('a task', () => taskFolders().length > 0)
    process.kill(pid!, 'SIGSEGV')
    await ended
    await assert.rejects(slow, (error) => {
      assert.ok(isLakeError(error, 'QueryFailed'))
      assert.match(error.message, /was ended by SIGSEGV/)
      return true
    })
    assert.deepEqual((await engine.run({ statements: ['SELECT 1'] })).rows, [[1]])
    assert.notEqual(queryProcesses()[0], pid)
  })

  it('gives no task to a process that was told to end, though it may still run', async () => {
    const growthBytesMax = 1024 ** 3
    const told = await QueryProcess.start({
      folder,
      threads: 1,
      growthBytesMax,
      log: silentLogger(),
    })
    assert.ok(told.alive)
    const ended = told.kill()
    assert.ok(!told.alive)
    await ended
  })

  it('replaces a process that was killed while it idled', async () => {
    await engine.run({ statements: ['SELECT 1'] })
    process.kill(queryProcesses()[0]!, 'SIGKILL')
    // It may be given the task before anybody has heard of its end: then another does it.
    assert.deepEqual((await engine.run({ statements: ['SELECT 1'] })).rows, [[1]])
  })

  it('gives a task to another process when one cannot be tidied after the last', async () => {
    const [root] = await readdir(folder)
    await engine.run({ statements: ['SELECT 1'] })
    // What the process has to remove may not be removed any more: there is no such folder.
    await rm(join(folder, root!), { recursive: true, force: true })
    assert.deepEqual((await engine.run({ statements: ['SELECT 2'] })).rows, [[2]])
  })

  it('ends a process that idles', async () => {
    const before = queryProcesses()
    const idling = createDuckdbEngine({
      folder: join(folder, 'idling'),
      processes: 1,
      idleMsMax: 1,
      log: silentLogger(),
    })
    const started = () => queryProcesses().filter((pid) => !before.includes(pid))
    await idling.run({ statements: ['SELECT 1'] })
    await poll('no process', () => started().length === 0)
    assert.deepEqual((await idling.run({ statements: ['SELECT 1'] })).rows, [[1]])
    await idling.close()
  })

  it('ends a process that is being started when it is closed', async () => {
    const before = queryProcesses()
    const other = createDuckdbEngine({
      folder: join(folder, 'other-engine'),
      processes: 1,
      log: silentLogger(),
    })
    const refused = assert.rejects(other.run({ statements: ['SELECT 1'] }), /cancelled|closing/)
    const started = () => queryProcesses().filter((pid) => !before.includes(pid))
    await poll('a process', () => started().length > 0)
    await other.close()
    assert.deepEqual(started(), [])
    await refused
  })

  it('leaves no folder of a task behind', async () => {
    const path = join(folder, '..', `${basename(folder)}.csv`)
    await writeFile(path, 'a\n1\n')
    const inputs = [{ name: 'x/a.csv', path }]
    await engine.run({ inputs, statements: ["SELECT * FROM '{in}/x/a.csv'"] })
    const left = async () => {
      const processes = await readdir(folder)
      return (await Promise.all(processes.map((name) => readdir(join(folder, name))))).flat()
    }
    await poll('the folders to be removed', async () => (await left()).length === 0)
    await rm(path)
  })

  it('lets a task reach no file of another process or of the server', async () => {
    const [root] = await readdir(folder)
    for (const name of ['other', basename(keptFolderOf(root!))]) {
      const other = join(folder, name)
      await mkdir(other)
      await writeFile(join(other, 'a.csv'), 'a\n1\n')
      for (const path of [other, join(folder, root!, '..', name), `{in}/../../../${name}`]) {
        for (const sql of [
          `SELECT * FROM read_csv('${path}/a.csv')`,
          `SELECT * FROM read_text('${path}/*')`,
          `ATTACH '${path}/x.db'`,
          `COPY (SELECT 1) TO '${path}/b.csv'`,
        ]) {
          await assert.rejects(
            engine.run({ statements: [sql] }),
            (error: Error) => /Permission Error|No files found/.test(error.message),
            sql,
          )
        }
      }
      assert.deepEqual(await readdir(other), ['a.csv'])
      await rm(other, { recursive: true })
    }
  })

  it('serves many tasks by one instance, and takes another in time', async () => {
    for (let task = 0; task < 70; task += 1) {
      const { rows } = await engine.run({ statements: ['CREATE TABLE t AS SELECT 7', 'FROM t'] })
      assert.deepEqual(rows, [[7]])
    }
  })

  it('keeps nothing that a task makes outside of its own catalog', async () => {
    const macros = ['CREATE MACRO some_more(x) AS x + 1']
    const isOne = async () => {
      const { rows } = await engine.run({ macros, statements: ['SELECT some_more(0)'] })
      assert.deepEqual(rows, [[1]])
    }
    for (const made of [
      'CREATE OR REPLACE MACRO memory.main.some_more(x) AS 666',
      'CREATE OR REPLACE MACRO memory.some_more(x) AS 666',
      'USE memory; CREATE OR REPLACE MACRO some_more(x) AS 666',
      'CREATE TABLE memory.main.kept(i INTEGER)',
      "CREATE VIEW memory.main.kept AS SELECT 'kept'",
      'CREATE TEMP TABLE kept(i INTEGER)',
      'CREATE TEMP MACRO some_more(x) AS 666',
      "ATTACH ':memory:' AS kept; CREATE TABLE kept.kept(i INTEGER)",
      'SET VARIABLE kept = 666',
      'SET search_path = memory',
    ]) {
      await isOne()
      await engine.run({ statements: [...made.split('; '), 'SELECT 1'] }).catch(() => undefined)
      await isOne()
      const finds = `SELECT (SELECT count(*) FROM duckdb_tables()) + (SELECT count(*) FROM duckdb_views() WHERE NOT internal)
        + (SELECT count(*) FROM duckdb_databases() WHERE database_name = 'kept'), getvariable('kept')`
      assert.deepEqual((await engine.run({ statements: [finds] })).rows, [[0, null]], made)
    }
  })

  it('turns one huge string into an error', async () => {
    await assert.rejects(engine.run({ statements: ["SELECT repeat('x', 1500000000)"] }))
    assert.deepEqual((await engine.run({ statements: ['SELECT 3'] })).rows, [[3]])
  })
})

/** Process ids of this process's children that run DuckDB (Linux). */
function queryProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return Number(parent) === process.pid && command.includes('process-main')
      } catch {
        return false
      }
    })
    .map(Number)
}

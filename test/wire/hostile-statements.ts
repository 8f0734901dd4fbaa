import assert from 'node:assert/strict'
import { StopQueryExecutionCommand, type QueryExecution } from '@aws-sdk/client-athena'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'

/** What the tests with statements of somebody who means harm do with them. */
export interface HostileStatements {
  readonly fixture: AthenaLake
  attempt(sql: string, secondsMax?: number): Promise<QueryExecution | undefined>
  fails(sql: string): Promise<void>
  survives(sql: string, secondsMax: number): Promise<void>
  lives(): Promise<void>
  all(
    statements: readonly string[],
    work: (sql: string) => Promise<void>,
    atOnce?: number,
  ): Promise<void>
}

/** A lake with a table `t` of two rows. */
export async function startHostile(): Promise<HostileStatements> {
  // As little as there may be, so that what asks for much fails soon.
  const fixture = await startAthenaLake({}, { engineMemoryMib: 256, engineSpillMib: 64 })
  await fixture.run('CREATE DATABASE shop')
  await fixture.put('t/a.csv', '1,one\n2,two\n')
  await fixture.run(
    `CREATE EXTERNAL TABLE t (id int, word string) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://data/t/'`,
  )

  /** How a statement ends; undefined when it is refused as it is sent. */
  async function attempt(sql: string, secondsMax = 240): Promise<QueryExecution | undefined> {
    let id: string
    try {
      id = await fixture.start(sql)
    } catch (error) {
      assert.equal((error as Error).name, 'InvalidRequestException', sql.slice(0, 200))
      tellsNothing((error as Error).message, sql)
      return undefined
    }
    const stop = setTimeout(() => {
      void fixture.athena.send(new StopQueryExecutionCommand({ QueryExecutionId: id }))
    }, secondsMax * 1000)
    const execution = await fixture.ended(id)
    clearTimeout(stop)
    const reason = execution.Status!.StateChangeReason ?? ''
    tellsNothing(reason, sql)
    assert.ok(!reason.startsWith('GENERIC_INTERNAL_ERROR'), `${sql.slice(0, 200)}: ${reason}`)
    return execution
  }

  /** No file's content, and no place of this machine. */
  function tellsNothing(message: string, sql: string): void {
    const { dataFolder } = fixture.lake.server
    for (const secret of ['root:', dataFolder, process.cwd(), 'node_modules']) {
      assert.ok(!message.includes(secret), `${sql.slice(0, 200)}: ${message.slice(0, 500)}`)
    }
  }

  async function fails(sql: string): Promise<void> {
    const execution = await attempt(sql)
    if (execution) assert.equal(execution.Status!.State, 'FAILED', sql)
  }

  /** However it ends, it ends soon, and what comes after it runs. */
  async function survives(sql: string, secondsMax: number): Promise<void> {
    const state = (await attempt(sql, secondsMax))?.Status!.State ?? 'refused'
    const shown = `${sql.slice(0, 200)}: ${state}`
    assert.ok(['refused', 'FAILED', 'CANCELLED', 'SUCCEEDED'].includes(state), shown)
    await lives()
  }

  async function lives(): Promise<void> {
    assert.deepEqual(await fixture.run('SELECT count(*) FROM t'), [['2']])
  }

  /** Some at a time: each waits for the engine, or is refused without it. */
  async function all(
    statements: readonly string[],
    work: (sql: string) => Promise<void>,
    atOnce = 4,
  ) {
    const queue = statements.values()
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const sql of queue) await work(sql)
      }),
    )
  }

  return { fixture, attempt, fails, survives, lives, all }
}

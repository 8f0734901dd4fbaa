import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  GetQueryRuntimeStatisticsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { poll, spawnServer, testCredentials, type ServerProcess } from '../harness/index.ts'

const clients = ({ endpoint }: ServerProcess) => {
  const config = { endpoint, region: 'us-east-1', credentials: testCredentials, maxAttempts: 1 }
  return {
    athena: new AthenaClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
  }
}

/** Days of work. */
const slowQuery =
  'SELECT count(*) FROM UNNEST(sequence(1, 10000)) AS a(i) CROSS JOIN UNNEST(sequence(1, 10000)) AS b(j) CROSS JOIN UNNEST(sequence(1, 10000)) AS c(k) WHERE (i * j + k) % 7 = 3'

test('kill -9 under a query: it is FAILED and says so, what had ended is there, no process is left', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'boathouse-athena-'))
  let server = await spawnServer({ dataDir })
  try {
    const { athena, s3 } = clients(server)
    await s3.send(new CreateBucketCommand({ Bucket: 'results' }))
    const start = async (QueryString: string) => {
      const ResultConfiguration = { OutputLocation: 's3://results/' }
      const input = { QueryString, ResultConfiguration }
      return (await athena.send(new StartQueryExecutionCommand(input))).QueryExecutionId!
    }
    const state = async (QueryExecutionId: string) =>
      (await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))).QueryExecution!
        .Status!.State
    const done = await start('SELECT 42 AS answer')
    await poll('the first query', async () => (await state(done)) === 'SUCCEEDED')
    const slow = await start(slowQuery)
    await poll('the slow query to run', async () => (await state(slow)) === 'RUNNING')
    const [pid] = await poll('its process', () => {
      const found = queryProcesses(server.child.pid!)
      return found.length > 0 && found
    })
    await server.kill()
    await poll('the end of the query process', () => hasEnded(pid!))

    server = await spawnServer({ dataDir })
    const again = clients(server).athena
    const { QueryExecution } = await again.send(
      new GetQueryExecutionCommand({ QueryExecutionId: slow }),
    )
    assert.equal(QueryExecution!.Status!.State, 'FAILED')
    assert.match(
      QueryExecution!.Status!.StateChangeReason!,
      /the server stopped before the query ended/,
    )
    const { ResultSet } = await again.send(new GetQueryResultsCommand({ QueryExecutionId: done }))
    assert.deepEqual(
      ResultSet!.Rows!.map((row) => row.Data![0]!.VarCharValue),
      ['answer', '42'],
    )
    assert.equal(await server.stop(), 0)
  } finally {
    server.child.kill('SIGKILL')
    await rm(dataDir, { recursive: true, force: true })
  }
})

test('a query tells how long it runs, and its process ends when it is stopped', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'boathouse-athena-'))
  const server = await spawnServer({ dataDir })
  try {
    const { athena, s3 } = clients(server)
    await s3.send(new CreateBucketCommand({ Bucket: 'results' }))
    const ResultConfiguration = { OutputLocation: 's3://results/' }
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({ QueryString: slowQuery, ResultConfiguration }),
    )
    const execution = async () =>
      (await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))).QueryExecution!
    const first = await poll('the query to run', async () => {
      const now = await execution()
      return now.Status!.State === 'RUNNING' && now.Statistics!
    })
    await poll('its times to grow', async () => {
      const { EngineExecutionTimeInMillis, TotalExecutionTimeInMillis } = (await execution())
        .Statistics!
      return (
        EngineExecutionTimeInMillis! > first.EngineExecutionTimeInMillis! &&
        TotalExecutionTimeInMillis! > first.TotalExecutionTimeInMillis!
      )
    })
    const timeline = async () => {
      const answer = await athena.send(new GetQueryRuntimeStatisticsCommand({ QueryExecutionId }))
      return answer.QueryRuntimeStatistics!.Timeline!
    }
    const begun = await timeline()
    await poll('its timeline to grow', async () => {
      const { EngineExecutionTimeInMillis, TotalExecutionTimeInMillis } = await timeline()
      return (
        EngineExecutionTimeInMillis! > begun.EngineExecutionTimeInMillis! &&
        TotalExecutionTimeInMillis! > begun.TotalExecutionTimeInMillis!
      )
    })
    const seen = new Map<string, number>()
    const busy = await poll('the process that works for it', () => {
      const pids = queryProcesses(server.child.pid!)
      for (const pid of pids) if (!seen.has(pid)) seen.set(pid, ticksOf(pid))
      // More than a process takes to begin.
      return pids.find((pid) => ticksOf(pid) > seen.get(pid)! + 200)
    })
    await athena.send(new StopQueryExecutionCommand({ QueryExecutionId }))
    assert.ok(hasEnded(busy), 'it is answered when nothing works for the query any more')
    assert.equal((await execution()).Status!.State, 'CANCELLED')
    assert.equal(await server.stop(), 0)
  } finally {
    server.child.kill('SIGKILL')
    await rm(dataDir, { recursive: true, force: true })
  }
})

/** The processor time that a process has taken, in hundredths of a second. */
function ticksOf(pid: string): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return Number(fields[11])
  } catch {
    return 0
  }
}

/** The processes that run queries for a server (Linux). */
function queryProcesses(serverPid: number): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const parent = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        return Number(parent) === serverPid && command.includes('process-main')
      } catch {
        return false
      }
    })
}

/** Gone, or waiting for nothing but its parent. */
function hasEnded(pid: string): boolean {
  return !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/cmdline`, 'utf8') === ''
}

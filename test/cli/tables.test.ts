import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { CreateDatabaseCommand, GlueClient } from '@aws-sdk/client-glue'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { runCli } from '#cli'
import { poll, spawnServer, testCredentials, type ServerProcess } from '#test/harness'

const main = new URL('../../src/main.ts', import.meta.url).pathname

describe('boathouse tables', () => {
  let folder: string
  let server: ServerProcess
  let athena: AthenaClient
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-cli-tables-'))
    server = await spawnServer({ dataDir: folder })
    const config = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: testCredentials,
      forcePathStyle: true,
    }
    athena = new AthenaClient(config)
    await new S3Client(config).send(new CreateBucketCommand({ Bucket: 'data' }))
    await new GlueClient(config).send(
      new CreateDatabaseCommand({ DatabaseInput: { Name: 'shop', LocationUri: 's3://data/shop' } }),
    )
  })
  after(async () => {
    await server.kill()
    await rm(folder, { recursive: true })
  })

  const run = async (...args: string[]) => {
    const env = {
      ...process.env,
      BOATHOUSE_DATA_DIR: folder,
      BOATHOUSE_ACCOUNT_ID: '123456789012',
    }
    const command = ['--conditions=source', main, 'tables', ...args]
    try {
      const done = await promisify(execFile)(process.execPath, command, { env })
      return { status: 0, ...done }
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
      return { status: code, stdout, stderr }
    }
  }
  const query = async (QueryString: string): Promise<readonly string[]> => {
    const ResultConfiguration = { OutputLocation: 's3://data/results/' }
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString,
        ResultConfiguration,
        QueryExecutionContext: { Database: 'shop' },
      }),
    )
    const status = await poll(QueryString, async () => {
      const { QueryExecution } = await athena.send(
        new GetQueryExecutionCommand({ QueryExecutionId }),
      )
      return /RUNNING|QUEUED/.test(QueryExecution!.Status!.State!) ? false : QueryExecution!.Status!
    })
    assert.equal(status.State, 'SUCCEEDED', status.StateChangeReason)
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }))
    return (ResultSet?.Rows ?? []).map((row) => row.Data![0]!.VarCharValue ?? '')
  }

  it('takes a Hive table in, rolls it back, and gives it back', async () => {
    await query(
      `CREATE TABLE hive WITH (format = 'PARQUET', external_location = 's3://data/hive/') AS SELECT 1 AS id`,
    )
    await query(
      `CREATE TABLE iceberg (id int) LOCATION 's3://data/iceberg/' TBLPROPERTIES ('table_type' = 'ICEBERG')`,
    )
    const taken = await run('add-files', 'shop.iceberg', 'shop.hive')
    assert.deepEqual(JSON.parse(taken.stdout), { files: 1, rows: 1 }, taken.stderr)
    const [, snapshot] = await query(`SELECT CAST(snapshot_id AS varchar) FROM "iceberg$snapshots"`)
    await query('INSERT INTO iceberg VALUES (2)')
    const back = await run(
      'call',
      'shop.iceberg',
      'rollback_to_snapshot',
      `snapshot_id=${snapshot!}`,
    )
    assert.equal(back.status, 0, back.stderr)
    assert.match(back.stdout, new RegExp(`"current-snapshot-id":${snapshot!}`))
    assert.deepEqual(await query('SELECT id FROM iceberg'), ['id', '1'])
    const given = await run('export', 'shop.iceberg', 'shop.given', 's3://data/given/')
    assert.equal(given.status, 0, given.stderr)
    assert.deepEqual(await query('SELECT id FROM given'), ['id', '1'])
  })

  it('tells mistakes from refusals', async () => {
    for (const words of [
      [],
      ['call', 'shop.iceberg'],
      ['call', 'iceberg', 'rewrite_manifests'],
      ['call', 'shop.iceberg', 'rewrite_manifests', 'now'],
      ['add-files', 'shop.iceberg'],
      ['export', 'shop.iceberg', 'shop.other'],
    ]) {
      const told: string[] = []
      const terminal = {
        out: (text: string) => told.push(text),
        err: (text: string) => told.push(text),
      }
      const status = await runCli(['tables', ...words], terminal, () => {
        throw new Error('a mistake needs no server')
      })
      assert.equal(status, 2, words.join(' '))
      assert.match(told.join(''), /^boathouse tables: /)
    }
    const refused = await run('call', 'shop.iceberg', 'rollback_to_snapshot', 'snapshot_id=1')
    assert.equal(refused.status, 1)
    assert.match(refused.stderr, /Cannot find snapshot with ID 1/)
  })
})

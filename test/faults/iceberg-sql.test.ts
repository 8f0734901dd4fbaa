import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CreateDatabaseCommand } from '@aws-sdk/client-glue'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { poll, spawnServer } from '#test/harness'
import { athenaOf } from './athena-client.ts'

const rounds = 4

test('kill -9 under statements that write an Iceberg table: each has happened wholly or not at all, and its execution says which', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'boathouse-iceberg-sql-'))
  let server = await spawnServer({ dataDir })
  try {
    const first = athenaOf(server)
    await first.s3.send(new CreateBucketCommand({ Bucket: 'lake' }))
    await first.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'db' } }))
    const made = await first.start(
      `CREATE TABLE t (id int, round int, touched int) PARTITIONED BY (bucket(2, id)) LOCATION 's3://lake/t' TBLPROPERTIES ('table_type'='ICEBERG')`,
    )
    assert.equal((await first.ended(made)).state, 'SUCCEEDED')
    await first.rows(
      `INSERT INTO t SELECT CAST(x AS integer), 0, 0 FROM UNNEST(sequence(1, 20)) AS u(x)`,
    )

    for (let round = 1; round <= rounds; round++) {
      const client = athenaOf(server)
      const insert = await client.start(
        `INSERT INTO t SELECT CAST(x AS integer), ${round}, 0 FROM UNNEST(sequence(1, 20)) AS u(x)`,
      )
      const update = await client.start(`UPDATE t SET touched = ${round} WHERE round = 0`)
      // Each time a little later: before, among and after their steps.
      const before = performance.now()
      await poll('a moment within their work', () => performance.now() - before > round * 90)
      await server.kill()
      server = await spawnServer({ dataDir })
      const again = athenaOf(server)
      const states = [(await again.ended(insert)).state, (await again.ended(update)).state]
      const [inserted] = await again.rows(
        `SELECT count(*), count(DISTINCT id) FROM t WHERE round = ${round}`,
      )
      const isInserted = states[0] === 'SUCCEEDED'
      assert.deepEqual(
        inserted,
        isInserted ? ['20', '20'] : ['0', '0'],
        `${states} in round ${round}`,
      )
      const [touched] = await again.rows(
        `SELECT count(*), min(touched), max(touched) FROM t WHERE round = 0`,
      )
      assert.equal(touched![0], '20')
      assert.equal(touched![1], touched![2])
      assert.equal(
        touched![1] === String(round),
        states[1] === 'SUCCEEDED',
        `${states} in round ${round}`,
      )
      // The table is as good as ever.
      await again.rows(`DELETE FROM t WHERE round = ${round}`)
      assert.deepEqual(await again.rows('SELECT count(*) FROM t'), [['20']])
    }
  } finally {
    await server.kill()
    await rm(dataDir, { recursive: true })
  }
})

import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { CreateDatabaseCommand } from '@aws-sdk/client-glue'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { poll, spawnServer } from '#test/harness'
import { athenaOf } from './athena-client.ts'

/** Times that the server is killed within a compaction: when its folder is there, and when the engine has begun a file in it. */
const moments = [/^compaction-[^/]+$/, /^compaction-[^/]+\/data\/[^/]+/]
/** A compaction may end before anybody looks: then its table is broken up again. */
const attemptsMax = 20

test('kill -9 while the engine compacts: the table is at one of the two states, and nothing of the work is left', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'boathouse-iceberg-compaction-'))
  let server = await spawnServer({ dataDir })
  const unfinished = async () => {
    const found = await readdir(dataDir, { recursive: true }).catch(() => [])
    return found.flatMap((path) => /(?:^|\/)(compaction-.*)$/.exec(path)?.[1] ?? [])
  }
  try {
    const first = athenaOf(server)
    await first.s3.send(new CreateBucketCommand({ Bucket: 'lake' }))
    await first.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'db' } }))
    await first.run(
      `CREATE TABLE t (id bigint, pad string) LOCATION 's3://lake/t' TBLPROPERTIES ('table_type'='ICEBERG', 'write_compression'='gzip')`,
    )
    let rows = 0
    let killed = 0
    const filesOf = async (client: typeof first) =>
      Number((await client.rows(`SELECT count(*) FROM "t$files"`))[0]![0])
    for (let attempt = 0; killed < moments.length; attempt++) {
      assert.ok(attempt < attemptsMax, 'compactions end before anybody sees them')
      const client = athenaOf(server)
      for (let part = 0; part < 5; part++) {
        await client.run(
          `INSERT INTO t SELECT x, to_hex(md5(to_utf8(CAST(x AS varchar)))) FROM UNNEST(sequence(${rows + 1}, ${rows + 10_000})) AS u(x)`,
        )
        rows += 10_000
      }
      const before = await filesOf(client)
      const id = await client.start('OPTIMIZE t REWRITE DATA USING BIN_PACK')
      const seen = await poll(
        'the middle of a compaction',
        async () => {
          if ((await unfinished()).some((path) => moments[killed]!.test(path))) return 'within'
          const { state } = await client.stateOf(id)
          return state !== 'QUEUED' && state !== 'RUNNING' && 'ended'
        },
        { intervalMs: 1 },
      )
      if (seen === 'ended') continue
      await server.kill()
      killed += 1
      server = await spawnServer({ dataDir })
      const again = athenaOf(server)
      assert.deepEqual(await unfinished(), [])
      // It may have ended in the moment before: either all files or the new ones.
      const files = await filesOf(again)
      assert.ok(files === before || files === 1, `${files} files, ${before} before`)
      const sum = (BigInt(rows) * BigInt(rows + 1)) / 2n
      const expected = [[String(rows), String(rows), String(sum)]]
      const all = 'SELECT count(*), count(DISTINCT id), sum(id) FROM t'
      assert.deepEqual(await again.rows(all), expected)
      await again.run('OPTIMIZE t REWRITE DATA USING BIN_PACK')
      assert.equal(await filesOf(again), 1)
      assert.deepEqual(await again.rows(all), expected)
    }
  } finally {
    await server.kill()
    await rm(dataDir, { recursive: true })
  }
})

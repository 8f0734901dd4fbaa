import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { CreateDatabaseCommand, GetTablesCommand } from '@aws-sdk/client-glue'
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { poll, spawnServer } from '#test/harness'
import { athenaOf } from './athena-client.ts'

const main = new URL('../../src/main.ts', import.meta.url).pathname
const rows = 200_000
/** Some 10 MB of text, in an order of its own. */
const select = `SELECT a.x * 1000 + b.x AS id, to_hex(md5(to_utf8(CAST(a.x * 1000 + b.x AS varchar)))) AS digest
  FROM UNNEST(sequence(1, ${rows / 1000})) AS a(x) CROSS JOIN UNNEST(sequence(1, 1000)) AS b(x)`

/** Statements that write much, each to places of its own in each round. */
const statements = {
  result: () => select,
  unload: (round: number) =>
    `UNLOAD (${select}) TO 's3://lake/unload-${round}/' WITH (format = 'JSON', compression = 'NONE')`,
  ctas: (round: number) =>
    `CREATE TABLE t${round} WITH (format = 'PARQUET', external_location = 's3://lake/ctas-${round}/') AS ${select}`,
} as const
type Kind = keyof typeof statements

const engineFiles = 'engine/**'
const finishedFiles = 'objects/tmp/**'
const blobFiles = 'objects/blobs/*/*'

/** How far each is when the server is killed, by the large files in its data folder. Where it was too quick to be seen, it has ended. */
const kills: readonly (readonly [Kind, string])[] = [
  ['result', engineFiles],
  ['unload', finishedFiles],
  ['ctas', finishedFiles],
  ['result', finishedFiles],
  ['unload', blobFiles],
  ['ctas', blobFiles],
]

function countLarge(dataDir: string, files: string): number {
  return globSync(files, { cwd: dataDir }).filter((name) => {
    // Files go while they are looked at.
    const found = statSync(join(dataDir, name), { throwIfNoEntry: false })
    return found?.isFile() === true && found.size > 1_000_000
  }).length
}

test('kill -9 under large results, UNLOAD and CREATE TABLE AS: all of it is there or nothing, and its execution says which', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'boathouse-athena-writes-'))
  let server = await spawnServer({ dataDir })
  try {
    const first = athenaOf(server)
    await first.s3.send(new CreateBucketCommand({ Bucket: 'lake' }))
    await first.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'db' } }))
    for (const [round, [kind, files]] of kills.entries()) {
      const client = athenaOf(server)
      const before = countLarge(dataDir, files)
      const id = await client.start(statements[kind](round))
      const seen = await poll(
        `${kind}: ${files}`,
        async () => {
          if (countLarge(dataDir, files) > before) return 'seen'
          const { state } = await client.stateOf(id)
          return state !== 'QUEUED' && state !== 'RUNNING' && 'not seen'
        },
        { intervalMs: 1 },
      )
      await server.kill()
      server = await spawnServer({ dataDir })
      const { state } = await athenaOf(server).ended(id)
      t.diagnostic(`${kind}, ${files} ${seen}: ${state}`)
      await checks[kind](athenaOf(server), { id, round, isThere: state === 'SUCCEEDED' })
    }
    assert.equal(await server.stop(), 0)
    assert.match(await fsck(dataDir), /: 0 corrupt, 0 missing, /)
  } finally {
    server.child.kill('SIGKILL')
    await rm(dataDir, { recursive: true, force: true })
  }
})

interface Statement {
  readonly id: string
  readonly round: number
  readonly isThere: boolean
}
type Client = ReturnType<typeof athenaOf>

/** That a statement has left everything, or nothing. */
const checks: Readonly<Record<Kind, (client: Client, statement: Statement) => Promise<void>>> = {
  result: async (client, { id, isThere }) => {
    const keys = await keysUnder(client, `results/${id}`)
    assert.deepEqual(keys, isThere ? [`results/${id}.csv`] : [])
    if (isThere) assert.equal(await linesOf(client, keys), 1 + rows)
  },
  unload: async (client, { id, round, isThere }) => {
    const keys = await keysUnder(client, `unload-${round}/`)
    const manifest = await keysUnder(client, `results/${id}`)
    assert.deepEqual([keys.length > 0, manifest.length > 0], [isThere, isThere])
    if (!isThere) return
    assert.equal(await linesOf(client, keys), rows)
    assert.deepEqual(
      (await textOf(client, manifest[0]!)).trim().split('\n').toSorted(),
      keys.map((key) => `s3://lake/${key}`).toSorted(),
    )
  },
  ctas: async (client, { round, isThere }) => {
    const keys = await keysUnder(client, `ctas-${round}/`)
    const { TableList } = await client.glue.send(new GetTablesCommand({ DatabaseName: 'db' }))
    const isTable = TableList!.some(({ Name }) => Name === `t${round}`)
    assert.deepEqual([keys.length > 0, isTable], [isThere, isThere])
    if (!isThere) return
    assert.deepEqual(await client.rows(`SELECT count(*), count(DISTINCT id) FROM t${round}`), [
      [String(rows), String(rows)],
    ])
  },
}

async function keysUnder({ s3 }: Client, Prefix: string): Promise<readonly string[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'lake', Prefix }))
  return Contents.map(({ Key }) => Key!)
}

async function textOf({ s3 }: Client, Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key }))
  return Body!.transformToString()
}

async function linesOf(client: Client, keys: readonly string[]): Promise<number> {
  let lines = 0
  for (const key of keys) lines += (await textOf(client, key)).split('\n').length - 1
  return lines
}

async function fsck(dataDir: string): Promise<string> {
  const args = ['--conditions=source', main, 'fsck', '--data-dir', dataDir]
  return (await promisify(execFile)(process.execPath, args)).stdout
}

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { spawnServer, testCredentials, type ServerProcess } from '#test/harness'

const main = new URL('../../src/main.ts', import.meta.url).pathname

describe('the command line', () => {
  let folder: string
  let server: ServerProcess
  const run = async (...args: string[]) => {
    const environment = { ...process.env, BOATHOUSE_DATA_DIR: folder }
    try {
      const { stdout, stderr } = await promisify(execFile)(
        process.execPath,
        ['--conditions=source', main, ...args],
        { env: environment },
      )
      return { status: 0, stdout, stderr }
    } catch (error) {
      return error as { status?: number; code: number; stdout: string; stderr: string }
    }
  }
  const clientOf = (endpoint: string, credentials = testCredentials) => ({
    endpoint,
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
    forcePathStyle: true,
  })

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-cli-'))
    server = await spawnServer({
      dataDir: folder,
      env: { BOATHOUSE_ACCOUNT_ID: '000000000000' },
    })
  })
  after(async () => {
    await server.kill()
    await rm(folder, { recursive: true, force: true })
  })

  it('explains itself and every command', async () => {
    const { stdout } = await run('--help')
    for (const word of ['up', 'env', 'status', 'accounts', 'usage', 'zones', 'reset']) {
      assert.match(stdout, new RegExp(`^  ${word} `, 'm'))
      const help = await run(word, '--help')
      assert.match(help.stdout, new RegExp(`^Usage: boathouse ${word}`))
      assert.match(help.stdout, /--data-dir FOLDER/)
    }
  })

  it('names a mistake and answers 2', async () => {
    const unknown = await run('upp')
    assert.equal((unknown as { code: number }).code, 2)
    assert.match(unknown.stderr, /there is no command 'upp'/)
    const wrong = await run('up', '--port', 'x')
    assert.equal((wrong as { code: number }).code, 2)
    assert.match(wrong.stderr, /--port is a whole number from 0 to 65535, not 'x'/)
  })

  it('prints lines that make every client find the server', async () => {
    const { stdout } = await run('env', '--region', 'eu-west-1')
    const exported = Object.fromEntries(
      [...stdout.matchAll(/^export (\w+)='(.*)'$/gm)].map((found) => [found[1], found[2]]),
    )
    assert.equal(exported.AWS_ENDPOINT_URL, server.endpoint)
    assert.equal(exported.AWS_REGION, 'eu-west-1')
    const sts = new STSClient(
      clientOf(exported.AWS_ENDPOINT_URL!, {
        accessKeyId: exported.AWS_ACCESS_KEY_ID!,
        secretAccessKey: exported.AWS_SECRET_ACCESS_KEY!,
      }),
    )
    const identity = await sts.send(new GetCallerIdentityCommand({}))
    assert.equal(identity.Arn, 'arn:aws:iam::000000000000:root')
  })

  it('says whether a server runs', async () => {
    const { stdout } = await run('status')
    assert.match(
      stdout,
      new RegExp(`^running at ${server.endpoint} \\(process ${server.child.pid}`),
    )
    const none = await run('status', '--data-dir', join(folder, 'nothing'))
    assert.equal((none as { code: number }).code, 1)
  })

  it('refuses a second server on the same folder, and says who holds it', async () => {
    const second = await run('up', '--port', '0')
    assert.equal((second as { code: number }).code, 1)
    assert.match(
      second.stderr,
      new RegExp(`in use by process ${server.child.pid} .* at ${server.endpoint}`),
    )
  })

  it('adds accounts that see nothing of each other', async () => {
    const { stdout } = await run('accounts', 'add', '222222222222')
    const [, accessKeyId, secretAccessKey] =
      /^account 222222222222\naccess key (\S+)\nsecret key (\S+)\n$/.exec(stdout)!
    const other = { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! }
    const mine = new S3Client(clientOf(server.endpoint))
    const theirs = new S3Client(clientOf(server.endpoint, other))
    await mine.send(new CreateBucketCommand({ Bucket: 'mine-alone' }))
    assert.deepEqual((await theirs.send(new ListBucketsCommand({}))).Buckets ?? [], [])
    assert.equal((await mine.send(new ListBucketsCommand({}))).Buckets?.length, 1)
    const list = await run('accounts', 'list')
    assert.equal(list.stdout, '000000000000\n222222222222\n')
    const twice = await run('accounts', 'add', '222222222222')
    assert.equal((twice as { code: number }).code, 1)
    assert.match(twice.stderr, /already/)
  })

  it('does not empty a server that keeps its data', async () => {
    const { stderr } = await run('reset')
    assert.match(stderr, /only a server started with --ephemeral can be emptied/)
  })

  it('drains and ends at SIGTERM, and finds everything again', async () => {
    assert.equal(await server.stop(), 0)
    const { stdout } = await run('status')
    assert.match(stdout, /^not running/)
    server = await spawnServer({ dataDir: folder, env: { BOATHOUSE_ACCOUNT_ID: '000000000000' } })
    const s3 = new S3Client(clientOf(server.endpoint))
    assert.equal((await s3.send(new ListBucketsCommand({}))).Buckets?.[0]?.Name, 'mine-alone')
  })

  it('says what buckets hold', async () => {
    const s3 = new S3Client(clientOf(server.endpoint))
    const put = (Key: string, StorageClass: 'STANDARD' | 'GLACIER') =>
      s3.send(new PutObjectCommand({ Bucket: 'mine-alone', Key, Body: 'ten bytes!', StorageClass }))
    await put('a', 'STANDARD')
    await put('b', 'GLACIER')
    const { stdout } = await run('usage', 'mine-alone')
    const cells = stdout.split('\n').map((line) => line.split(/ +/))
    assert.deepEqual(cells.slice(1, 4), [
      ['mine-alone', 'all', '2', '20', '0', '0', '0', '0', '0'],
      ['mine-alone', 'GLACIER', '1', '10', '0', '0'],
      ['mine-alone', 'STANDARD', '1', '10', '0', '0'],
    ])
    assert.match((await run('usage', 'none-such')).stderr, /has no bucket 'none-such'/)
    for (const Key of ['a', 'b']) {
      await s3.send(new DeleteObjectCommand({ Bucket: 'mine-alone', Key }))
    }
  })

  it('checks the objects of a stopped server, and leaves a running one alone', async () => {
    const s3 = new S3Client(clientOf(server.endpoint))
    const put = (Key: string, Body: string) =>
      s3.send(new PutObjectCommand({ Bucket: 'mine-alone', Key, Body }))
    await put('right', 'right')
    // Too large for the database.
    await put('wrong', 'these bytes will be damaged'.padEnd(20_000, '.'))
    const running = await run('fsck')
    assert.equal((running as { code: number }).code, 1)
    assert.match(running.stderr, /in use by process/)
    await server.stop()
    assert.match(
      (await run('fsck')).stdout,
      /^2 blobs, 20005 bytes read: 0 corrupt, 0 missing, 0 orphaned/,
    )
    const packs = join(folder, 'objects', 'packs')
    for (const name of await readdir(packs)) {
      const bytes = await readFile(join(packs, name))
      const at = bytes.indexOf('these bytes')
      if (at < 0) continue
      bytes[at]! ^= 1
      await writeFile(join(packs, name), bytes)
    }
    const damaged = await run('fsck', '--repair')
    assert.equal((damaged as { code: number }).code, 1)
    assert.match(damaged.stdout, /^corrupt s3:\/\/mine-alone\/wrong version null blob /)
    server = await spawnServer({ dataDir: folder, env: { BOATHOUSE_ACCOUNT_ID: '000000000000' } })
    const again = new S3Client(clientOf(server.endpoint))
    const get = (Key: string) => again.send(new GetObjectCommand({ Bucket: 'mine-alone', Key }))
    assert.equal(await (await get('right')).Body!.transformToString(), 'right')
    await assert.rejects(get('wrong'), (error: { name: string; $metadata: object }) => {
      assert.equal(error.name, 'InternalError')
      assert.deepEqual((error.$metadata as { httpStatusCode: number }).httpStatusCode, 500)
      return true
    })
  })
})
